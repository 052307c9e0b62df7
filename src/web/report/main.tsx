import { createRoot } from 'react-dom/client';
import '../ui/tokens.css';
import '../ui/base.css';
import '../viewer/viewer.css';
import './report.css';
import { applyTheme } from '../ui/theme.ts';
import { App } from './app.tsx';
import { readReport } from './report-data.ts';

applyTheme();
createRoot(document.getElementById('root')!).render(<App report={readReport(document)} />);
