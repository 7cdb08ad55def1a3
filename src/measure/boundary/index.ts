export { type Boundary, boundarySchema, regionChain, type Site, sitesChangingIn, sitesIn } from "./boundary.ts";
