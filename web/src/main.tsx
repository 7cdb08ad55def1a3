import "@mantine/core/styles.css";
import "./frame/frame.css";
import { createRoot } from "react-dom/client";
import { App } from "./frame/app.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
createRoot(root).render(<App />);
