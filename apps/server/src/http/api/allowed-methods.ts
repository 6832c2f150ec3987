import { apiPath, type Route, routes } from "@oxbow/contract";

const paths = Map.groupBy(Object.values<Route>(routes), (route) => route.path)
  .entries()
  .map(([path, here]) => ({
    pattern: new RegExp(`^${apiPath}${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
    methods: [
      ...here.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])),
      "OPTIONS",
    ],
  }))
  .toArray();

/** The methods that a path of the API takes, undefined where there is no such path. */
export function allowedMethods(path: string): readonly string[] | undefined {
  return paths.find(({ pattern }) => pattern.test(path))?.methods;
}
