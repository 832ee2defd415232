// What the build and the host give to component.ts.

declare module "gatecheck:*";

declare const PLACES: import("./guest").Places;
