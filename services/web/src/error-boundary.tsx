/** What is shown instead of a page that has failed. */
import { Component, type ReactNode } from "react";
import { Button } from "./ui.tsx";

export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main role="alert" className="mx-auto max-w-md space-y-4 p-8">
        <p>Something in this page went wrong. What you have written is kept.</p>
        <Button onClick={() => location.reload()}>Load it again</Button>
      </main>
    );
  }
}
