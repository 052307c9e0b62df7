import { Page } from '../frame/page.tsx';
import { SignInState } from '../states/problem.tsx';
import './pages.css';

export function LoginPage() {
  return (
    <Page title="Sign in">
      <SignInState />
    </Page>
  );
}
