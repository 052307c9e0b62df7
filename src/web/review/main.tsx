import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../kit/index.css';
import './review.css';
import { createQueryClient } from './api/query-client.ts';
import { yieldBetweenRenders } from './yielding-renders.ts';
import { router } from './router.tsx';

yieldBetweenRenders();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
