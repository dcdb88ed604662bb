package import CityBroker
package import CityIdentity
package import CityKernel
package import CityStore
package import Foundation
package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
package import ServiceLifecycle

/// The city's web server: what every page and API shares, around the routes of services.
///
/// `makeRouter`, add the services' routes, then `makeApplication`; run `workers` beside it.
package struct CityServer: Sendable {
    package let pages: PageRenderer
    package let events: EventHub
    package let metrics: Metrics
    private let identity: Identity
    private let residentSignIn: OpenIDSignIn?
    private let health: [any HealthSource]
    private let clock: any CityClock
    private let logger: Logger
    private let isTLS: Bool
    private let access: AccessTable?

    /// - Parameters:
    ///   - publishedTypes: entity types whose changes anybody may hear of.
    ///   - health: what `/health` says beside the database and the disk.
    ///   - isTLS: whether readers come by https (a proxy ends it), for secure cookies.
    ///   - access: who may come through which door; `nil` where a test brings doors of its own.
    ///   - residentSignIn: how residents sign in; without it they have no pages of their own.
    package init(
        pages: PageRenderer, store: any Store, broker: Broker, identity: Identity,
        publishedTypes: Set<String>, dataFolder: URL, health: [any HealthSource] = [],
        clock: any CityClock, logger: Logger, isTLS: Bool = false,
        residentSignIn: OpenIDSignIn? = nil, access: AccessTable? = nil
    ) {
        self.access = access
        self.residentSignIn = residentSignIn
        self.pages = pages
        self.identity = identity
        self.clock = clock
        self.logger = logger
        self.isTLS = isTLS
        self.health =
            [
                StoreHealthSource(store: store, clock: clock),
                DiskHealthSource(directory: dataFolder),
            ] + health
        let events = EventHub(publishedTypes: publishedTypes, startedAt: clock.now)
        let metrics = Metrics()
        self.events = events
        self.metrics = metrics
        let cache = pages.cache
        broker.observe { changes in
            cache.invalidate(Set(changes.flatMap(\.types)))
            events.publish(changes)
        }
        metrics.register(store: store)
        metrics.register("city_event_clients", help: "Open event streams.") {
            Double(events.clientCount)
        }
        metrics.register("city_cached_pages", help: "Finished pages kept.") {
            Double(cache.count)
        }
    }

    /// A router with language, refusals, staff sessions, and the pages that every city has.
    package func makeRouter() -> CityRouter {
        let router = CityRouter(
            context: CityRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: LanguageMiddleware())
        router.add(middleware: TenantEchoMiddleware())
        router.add(middleware: ProblemMiddleware(pages: pages))
        router.add(middleware: StaffMiddleware(identity: identity, isTLS: isTLS))
        if residentSignIn != nil {
            router.add(middleware: ResidentMiddleware(identity: identity, isTLS: isTLS))
        }
        if let access { router.add(middleware: AccessMiddleware(table: access)) }
        pages.assets.addRoutes(to: router)
        pages.libraries.addRoutes(to: router)
        events.addRoutes(to: router)
        metrics.addRoutes(to: router)
        HealthPage(sources: health, pages: pages, clock: clock).addRoutes(to: router)
        SignInPages(identity: identity, pages: pages, isTLS: isTLS).addRoutes(to: router)
        SessionsPage(identity: identity, pages: pages, clock: clock).addRoutes(to: router)
        if let residentSignIn {
            MyPages(
                identity: identity, signIn: residentSignIn, pages: pages, clock: clock,
                logger: logger, isTLS: isTLS
            ).addRoutes(to: router)
            FamilyPages(identity: identity, pages: pages, clock: clock, isTLS: isTLS)
                .addRoutes(to: router)
        }
        DesignPage(pages: pages, clock: clock).addRoutes(to: router)
        AccessibilityPage(pages: pages).addRoutes(to: router)
        return router
    }

    /// The server, once all routes stand. It stops gracefully: open requests end, streams close.
    package func makeApplication(
        _ router: CityRouter, quick: QuickAnswers? = nil, address: BindAddress,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> Application<CityResponder> {
        makeApplication(
            makeResponder(router, quick: quick), address: address,
            onServerRunning: onServerRunning)
    }

    /// What answers the requests of every listener, once all routes stand.
    /// - Parameter quick: what the door answers without the router.
    package func makeResponder(
        _ router: CityRouter, quick: QuickAnswers? = nil
    ) -> CityResponder {
        CityResponder(
            router: router, pages: pages, metrics: metrics, clock: clock, quick: quick)
    }

    /// The server of pages and APIs.
    package func makeApplication(
        _ responder: CityResponder, address: BindAddress,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> Application<CityResponder> {
        let calls = CallResponder(responder, metrics: metrics, clock: clock, logger: logger)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                CityChannel(
                    pages: FinishedPages(cache: pages.cache, metrics: metrics), calls: calls,
                    responder: responder)
            },
            configuration: ApplicationConfiguration(
                address: address, backlog: WebLimits.backlogMax,
                availableConnectionsDelegate: .maximum(WebLimits.connectionsMax, logger: logger)),
            onServerRunning: onServerRunning, logger: logger)
    }

    /// The server for neighbouring cities, where `NeighbourSettings` says.
    package func makeNeighbourApplication(
        _ responder: CityResponder, _ directory: NeighbourDirectory,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
    ) -> Application<NeighbourResponder> {
        let log = RefusalLog(logger: logger, clock: clock)
        return Application(
            responder: NeighbourResponder(directory, responder, log: log),
            server: HTTPServerBuilder { responder in
                NeighbourChannel(directory: directory, log: log, responder: responder)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(directory.settings.host, port: directory.settings.port),
                availableConnectionsDelegate: .maximum(
                    WebLimits.neighbourConnectionsMax, logger: logger)),
            onServerRunning: onServerRunning, logger: logger)
    }

    /// Long-running work beside the application.
    package var workers: [any Service] { [EventHeart(hub: events, clock: clock)] }
}

extension Metrics {
    fileprivate func register(store: any Store) {
        register("city_store_ok", help: "1 while the database takes writes.") {
            store.health.state == .ok ? 1 : 0
        }
        register("city_store_waiting_writes", help: "Writes in the queue.") {
            Double(store.health.waitingWrites)
        }
        register("city_store_commits_total", help: "Commits.", kind: "counter") {
            Double(store.health.commits)
        }
        register("city_store_writes_total", help: "Writes.", kind: "counter") {
            Double(store.health.writes)
        }
    }
}
