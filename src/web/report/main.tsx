import { createRoot } from 'react-dom/client';
import '../kit/tokens.css';
import '../kit/base.css';
import '../viewer/viewer.css';
import './report.css';
import { applyTheme } from '../kit/theme.ts';
import { App } from './app.tsx';
import { readReport } from './report-data.ts';

applyTheme();
createRoot(document.getElementById('root')!).render(<App report={readReport(document)} />);
