import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { type Language, type Texts, texts } from "./i18n";
import { connect, type Platform, type Simulator } from "./smartbill";

export type Theme = "auto" | "light" | "dark";

interface Portal {
  language: Language;
  t: Texts;
  theme: Theme;
  platform: Platform;
  /** Changes whenever the platform's data changed behind the pages: a billing run, the clock, a restart. */
  version: number;
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
  /** Says a sentence in this language to everybody, screen readers included; an empty one takes back the last. */
  announce(text: string): void;
  changed(): void;
}

const Context = createContext<Portal | null>(null);

export function usePortal(): Portal {
  const portal = useContext(Context);
  if (portal === null) throw new Error("usePortal outside of the portal");
  return portal;
}

export function PortalProvider({ simulator, children }: { simulator: Simulator | null; children: ComponentChildren }) {
  const [language, setLanguage] = useState<Language>(() => initial());
  const [theme, setTheme] = useState<Theme>(() => storedTheme());
  const [version, setVersion] = useState(0);
  const [toast, setToast] = useState({ text: "", language, n: 0 });
  const t = texts[language];
  // What was said, or is said by what began before, stays in the language that it was said in.
  const announce = useCallback((text: string) => setToast((a) => ({ text, language, n: a.n + 1 })), [language]);

  useEffect(() => {
    document.documentElement.lang = language;
    store("language", language);
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    store("theme", theme);
  }, [theme]);
  useEffect(() => {
    if (toast.text === "") return;
    const timer = setTimeout(() => setToast((a) => ({ ...a, text: "" })), 4000);
    return () => clearTimeout(timer);
  }, [toast]);

  const changed = useCallback(() => setVersion((v) => v + 1), []);
  const platform = useMemo(() => connect(simulator, language), [simulator, language]);
  const portal = { language, t, theme, platform, version, setLanguage, setTheme, announce, changed };
  return (
    <Context.Provider value={portal}>
      {children}
      <div class="toast-area" role="status" aria-live="polite">
        {toast.text !== "" && toast.language === language && (
          <p class="toast" key={toast.n}>
            {toast.text}
          </p>
        )}
      </div>
    </Context.Provider>
  );
}

// The message of an error is in the language of the call that failed.
const languages = new WeakMap<object, Language>();

/** Remembers in which language an error was told. */
export function tellIn(language: Language, error: unknown): void {
  if (typeof error === "object" && error !== null) languages.set(error, language);
}

/** Whether an error was told in another language than this one. */
export function useOtherLanguage(error: unknown): boolean {
  const { language } = usePortal();
  return (languages.get(error as object) ?? language) !== language;
}

/** An error, told in the language in which whoever sets it began. */
export function useError(): [unknown, (error: unknown) => void] {
  const { language } = usePortal();
  const [error, setError] = useState<unknown>();
  const tell = (fresh: unknown) => {
    tellIn(language, fresh);
    setError(fresh);
  };
  return [error, tell];
}

function initial(): Language {
  const stored = read("language");
  if (stored === "pt-BR" || stored === "en") return stored;
  return "pt-BR";
}

function storedTheme(): Theme {
  const stored = read("theme");
  return stored === "light" || stored === "dark" ? stored : "auto";
}

// A browser may forbid storage; preferences are then forgotten, nothing else.
function read(name: string): string | null {
  try {
    return localStorage.getItem(`portal.${name}`);
  } catch {
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    localStorage.setItem(`portal.${name}`, value);
  } catch {
    // Not kept.
  }
}

export interface Route {
  parts: string[];
  query: URLSearchParams;
}

/** The address after `#`, such as `#/clientes/new`. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return useMemo(() => {
    const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
    return { parts: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
  }, [hash]);
}

/** A part of an address; what somebody typed wrong stays as it is, and leads to nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function goTo(path: string): void {
  location.hash = path;
}

/** What a page needs to show a list that comes page by page. */
export interface Listing<T> {
  items: T[];
  loading: boolean;
  error: unknown;
  more: boolean;
  loadMore(): void;
  reload(): void;
}

const AT_ONCE = 25;

/** Reads a list lazily, `AT_ONCE` at a time, and begins again when `key` changes, or the language of its errors. */
export function useListing<T>(listar: (signal: AbortSignal) => AsyncIterable<T>, key: string): Listing<T> {
  const { language } = usePortal();
  const [state, setState] = useState({ items: [] as T[], loading: true, error: undefined as unknown, more: false });
  const [turn, setTurn] = useState(0);
  const reading = useRef<{ iterator: AsyncIterator<T>; ahead: T | undefined; signal: AbortSignal } | null>(null);
  const shown = useRef(key);

  const read = useCallback(async (first: boolean) => {
    const current = reading.current;
    if (current === null) return;
    try {
      const fresh: T[] = current.ahead === undefined ? [] : [current.ahead];
      current.ahead = undefined;
      let end = false;
      // One more than is shown, to know whether there is more.
      while (fresh.length <= AT_ONCE) {
        const { value, done } = await current.iterator.next();
        if (current.signal.aborted) return;
        if (done) {
          end = true;
          break;
        }
        fresh.push(value);
      }
      if (!end) current.ahead = fresh.pop();
      setState((e) => {
        const items = first ? fresh : [...e.items, ...fresh];
        return { items, loading: false, error: undefined, more: !end };
      });
    } catch (error) {
      if (!current.signal.aborted) setState((e) => ({ ...e, loading: false, error, more: false }));
    }
  }, []);

  useEffect(() => {
    const controller = new AbortController();
    // Read again, the list stays in sight until the new one is there; another list takes its place at once.
    const other = shown.current !== key;
    shown.current = key;
    setState((e) => ({ items: other ? [] : e.items, loading: true, error: undefined, more: false }));
    reading.current = {
      // What is wrong with the filter is then told as what is wrong with a page is.
      iterator: (async function* () {
        yield* listar(controller.signal);
      })(),
      ahead: undefined,
      signal: controller.signal,
    };
    void read(true);
    return () => controller.abort();
  }, [key, turn, language]);

  return {
    ...state,
    loadMore: () => {
      setState((e) => ({ ...e, loading: true }));
      void read(false);
    },
    reload: () => setTurn((v) => v + 1),
  };
}
