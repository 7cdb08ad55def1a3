import { Alert, Anchor, AppShell, Burger, Center, Group, Loader, ScrollArea, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useTexts } from "../texts/texts.tsx";
import { Join } from "./doors/join.tsx";
import { ProviderReturn } from "./doors/provider-return.tsx";
import { SetUp } from "./doors/set-up.tsx";
import { SignIn } from "./doors/sign-in.tsx";
import { Failure } from "./failure.tsx";
import { LanguageMenu } from "./language-menu.tsx";
import { Navigation, usePage } from "./navigation.tsx";
import { SectionTabs } from "./section-tabs.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { SessionProvider, useMay, useSession, useSessionQuery } from "./session.tsx";

/** The page's own content, or why the reader does not see it; a new page begins at its top for those who do not look. */
function Content(): ReactNode {
  const { say } = useTexts();
  const may = useMay();
  const page = usePage();
  const { pathname } = useLocation();
  const main = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);
  return (
    <div ref={main} tabIndex={-1} id="content" className="frame-content">
      {page ? <title>{`${say(`page.${page.id}`)} · Candela`}</title> : undefined}
      {page && !may(page.action) ? <Alert color="yellow" title={say("failure.forbidden")} /> : <Outlet />}
    </div>
  );
}

/** Nobody owns the store: whoever sits here reads, and is told how to become the owner. */
function OwnerWanted(): ReactNode {
  const { say } = useTexts();
  const { needsOwner } = useSession();
  if (!needsOwner) return undefined;
  return (
    <Alert mb="md" variant="light" role="note">
      {say("frame.no-owner")}{" "}
      <Anchor component={Link} to="/set-up" inherit>
        {say("set-up.title")}
      </Anchor>
    </Alert>
  );
}

function Frame(): ReactNode {
  const { say } = useTexts();
  const [opened, menu] = useDisclosure();
  return (
    <>
      <a className="skip-link" href="#content">
        {say("frame.skip")}
      </a>
      <AppShell
        transitionDuration={0}
        header={{ height: 52 }}
        navbar={{ width: 224, breakpoint: "md", collapsed: { mobile: !opened } }}
        padding={{ base: "sm", sm: "lg" }}
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <Burger
                opened={opened}
                onClick={menu.toggle}
                hiddenFrom="md"
                size="sm"
                aria-label={say("frame.menu")}
                aria-expanded={opened}
              />
              <Anchor component={Link} to="/" underline="never" c="inherit" className="frame-mark">
                <img src="/icon.svg" alt="" width={24} height={24} />
                <Text span fw={650}>
                  Candela
                </Text>
              </Anchor>
            </Group>
            <Group gap={4} wrap="nowrap" miw={0}>
              <LanguageMenu />
              <PersonMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar>
          <ScrollArea type="auto">
            <Navigation onNavigate={menu.close} />
          </ScrollArea>
        </AppShell.Navbar>
        <AppShell.Main>
          <OwnerWanted />
          <SectionTabs />
          <Content />
        </AppShell.Main>
      </AppShell>
    </>
  );
}

/** The frame of every page: who is there, where one can go, in which language. */
export function Shell(): ReactNode {
  const { say } = useTexts();
  const session = useSessionQuery();
  const { pathname } = useLocation();
  if (session.data === undefined)
    return (
      <Center h="100vh" p="md" component="main">
        {session.error ? (
          <Failure error={session.error} retry={() => void session.refetch()} />
        ) : (
          <Loader aria-label={say("frame.loading")} />
        )}
      </Center>
    );
  if (pathname === "/join") return <Join />;
  if (pathname === "/sign-in/provider") return <ProviderReturn />;
  if (pathname === "/set-up" && session.data.needsOwner) return <SetUp />;
  if (!session.data.signedIn && !session.data.needsOwner) return <SignIn provider={session.data.provider?.name} />;
  return (
    <SessionProvider value={session.data}>
      <Frame />
    </SessionProvider>
  );
}
