/** Which page an address is. Addresses are those of the API, without /api. */
import { Redirect, Route, Switch } from "wouter";
import { ApplicationPage } from "./application-page.tsx";
import { StartPage } from "./start-page.tsx";

export function App() {
  const asked = new URLSearchParams(location.search).get("application");
  return (
    <Switch>
      <Route path="/">{asked ? <Redirect to={`/applications/${asked}`} replace /> : <StartPage />}</Route>
      <Route path="/applications/:token" nest>
        {({ token }) => <ApplicationPage key={token} token={token} />}
      </Route>
      <Route>
        <StartPage />
      </Route>
    </Switch>
  );
}
