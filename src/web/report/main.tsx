import { createRoot } from 'react-dom/client';
import '../kit/index.css';
import '../viewer/viewer.css';
import { applyTheme } from '../kit/theme.ts';
import { App } from './app.tsx';
import { readReport } from './report-data.ts';
import './report.css';

applyTheme();
createRoot(document.getElementById('root')!).render(<App report={readReport(document)} />);
