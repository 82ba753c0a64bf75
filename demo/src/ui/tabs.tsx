import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly render: () => ComponentChildren;
}

/** Tabs by the keyboard pattern of the ARIA guide: arrows, Home and End move; the address names the open one. */
export function Tabs({ tabs }: { readonly tabs: readonly Tab[] }) {
  const [open, setOpen] = useState(() => tabIn(location.hash, tabs));
  const buttons = useRef(new Map<string, HTMLButtonElement>());

  useEffect(() => {
    const follow = (): void => {
      setOpen(tabIn(location.hash, tabs));
    };
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('hashchange', follow);
    };
  }, []);

  const show = (id: string): void => {
    history.replaceState(null, '', `#${id}`);
    setOpen(id);
    buttons.current.get(id)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(({ id }) => id === open);
    const target = targetOf(event.key, index, tabs.length);
    const tab = target === null ? undefined : tabs[target];
    if (tab === undefined) return;
    event.preventDefault();
    show(tab.id);
  };

  return (
    <>
      <div class="tabs" role="tablist" aria-label="Demonstrations" onKeyDown={onKeyDown}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-controls={`panel-${id}`}
            aria-selected={id === open}
            tabIndex={id === open ? 0 : -1}
            ref={(button) => {
              if (button !== null) buttons.current.set(id, button);
            }}
            onClick={() => {
              show(id);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      {tabs.map(({ id, render }) => (
        <section
          key={id}
          role="tabpanel"
          id={`panel-${id}`}
          aria-labelledby={`tab-${id}`}
          hidden={id !== open}
        >
          {id === open && render()}
        </section>
      ))}
    </>
  );
}

function tabIn(hash: string, tabs: readonly Tab[]): string {
  return (tabs.find(({ id }) => `#${id}` === hash) ?? tabs[0])?.id ?? '';
}

function targetOf(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
