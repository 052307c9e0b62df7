import { createRoot } from 'react-dom/client';
import '../index.css';
import { Gallery } from './gallery.tsx';

createRoot(document.getElementById('root')!).render(<Gallery />);
