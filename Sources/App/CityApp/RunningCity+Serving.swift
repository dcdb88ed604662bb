import CityBroker
import CityEdge
import CityGateway
import CityPlatform
import CityStore
package import CityWeb
import Foundation
import Hummingbird
import Logging
import NIOCore
package import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension RunningCity {
    /// Serves until SIGTERM or SIGINT, then lets requests and deliveries end.
    /// - Parameters:
    ///   - extra: workers beside those of the services, such as a replay.
    ///   - onReady: gets the address once connections are accepted.
    /// - Throws: `CommandFailure` when the port is taken.
    package func serve(
        beside extra: [any Service] = [], onReady: @escaping @Sendable (String) -> Void
    ) async throws {
        let workers =
            try platformWorkers() + files.services.flatMap { try $0.companions(of: city) }
        let group = ServiceGroup(
            configuration: .init(
                // The last stops first: open event streams end before the server waits for them.
                services: (workers + extra + applications(try makeRouter(), onReady)
                    + server.workers).map {
                        .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                    },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: city.logger))
        do {
            try await group.run()
            await closeStores()
        } catch {
            await closeStores()
            throw Self.explained(error, port: port)
        }
    }

    private var practice: PracticeCity {
        PracticeCity(
            tenants: tenants, centre: city.configuration.centre, clock: city.clock)
    }

    private var port: Int { opening.port ?? city.configuration.ports.http }

    /// What the platform itself keeps doing, and the services' work in the process on duty.
    private func platformWorkers() throws -> [any Service] {
        let owner = try folder.processName()
        return [
            DutyService(
                "services", store: city.store, owner: owner, clock: city.clock,
                logger: city.logger
            ) { [files, city, audit, practice] in
                try files.services.flatMap { try $0.workers(of: city) }
                    + [
                        CheckpointKeeper(log: audit, clock: city.clock, logger: city.logger),
                        SandboxKeeper(
                            practice: practice, clock: city.clock, logger: city.logger),
                    ]
            },
            UsageKeeper(gateway: city.gateway),
            TenantWorkers(tenants: tenants, logger: city.logger) { [self] in
                workers(of: $0, owner)
            },
        ]
            + workers(
                of: city.broker, owner,
                try files.services.flatMap { try $0.receivers(of: city) })
            + (city.broker.outbound.neighbours.map {
                [
                    NeighbourKeeper(
                        directory: $0, gateway: city.gateway, folder: opening.cityFolder,
                        clock: city.clock)
                ]
            } ?? [])
    }

    /// What each broker needs to have done, the city's own and those of tenants.
    /// - Parameter receivers: who else is told from this outbox.
    private func workers(
        of broker: Broker, _ owner: String, _ receivers: [any OutboxReceiver] = []
    ) -> [any Service] {
        [
            Ticker.rules(broker, city.clock, city.logger),
            ChangeListener(broker: broker),
            TypeFaultKeeper(broker: broker, clock: city.clock, logger: city.logger),
            HistoryKeeper(broker: broker, clock: city.clock, logger: city.logger),
            Ticker.subscriptions(broker, city.clock, city.logger),
            Ticker.snapshots(broker, city.clock, city.logger),
            OutboxDispatcher(
                store: broker.store, receivers: notificationSenders(of: broker) + receivers,
                policy: Self.outboxPolicy, owner: owner, clock: city.clock, logger: city.logger),
        ]
    }

    /// Deliveries are written down twenty times a second.
    private static var outboxPolicy: OutboxPolicy {
        var policy = OutboxPolicy()
        policy.gatherSpan = .milliseconds(50)
        return policy
    }

    /// Take notifications of entities and of registrations to subscribers, by HTTP and MQTT, and
    /// subscriptions to sources.
    private func notificationSenders(of broker: Broker) -> [any OutboxReceiver] {
        let outbound = broker.outbound.outbound
        let carriers: [any NotificationCarrier] = [
            HTTPNotificationCarrier(outbound, neighbours: broker.outbound.neighbours),
            MqttNotificationCarrier(outbound, clock: city.clock),
        ]
        return [
            NotificationSender(broker: broker, carriers: carriers),
            RegistrationNotificationSender(broker: broker, carriers: carriers),
            SourceLetterSender(broker: broker),
        ]
    }

    /// The door for everybody, and the one for neighbours.
    private func applications(
        _ router: CityRouter, _ onReady: @escaping @Sendable (String) -> Void
    ) -> [any Service] {
        let host = opening.host
        let responder = server.makeResponder(
            router,
            quick: QuickAnswers(
                QuickRetrieval(broker: city.broker, access: .of(city)), gate: gate))
        var applications: [any Service] = [
            server.makeApplication(
                responder, address: .hostname(host, port: port),
                onServerRunning: { channel in
                    onReady("http://\(host):\(channel.localAddress?.port ?? 0)")
                })
        ]
        if let directory = city.broker.outbound.neighbours {
            applications.append(server.makeNeighbourApplication(responder, directory))
        }
        return applications
    }

    private var gate: GatewayMiddleware {
        GatewayMiddleware(gateway: city.gateway, clock: city.clock, isOpen: city.isOpenAPI)
    }

    /// Every page and API of the city.
    package func makeRouter() throws -> CityRouter {
        let router = server.makeRouter()
        router.add(middleware: gate)
        DataFlowPage(registry: city.registry, pages: city.pages, consent: city.consent)
            .addRoutes(to: router)
        DevelopersPage(city: city).addRoutes(to: router)
        TypesPage(city: city).addRoutes(to: router)
        TypeFaultsPage(city: city, tenants: tenants).addRoutes(to: router)
        SandboxPage(city: city, practice: practice).addRoutes(to: router)
        KeyRequestPages(city: city).addRoutes(to: router)
        OAuthDoors(city: city).addRoutes(to: router)
        CounterPages(city: city).addRoutes(to: router)
        PeoplePages(city: city).addRoutes(to: router)
        if city.configuration.signIn != nil { MyDataPages(city: city).addRoutes(to: router) }
        ConsumersPage(city: city).addRoutes(to: router)
        EntitiesPage(city: city).addRoutes(to: router)
        DeliveriesPage(city: city).addRoutes(to: router)
        AuditPage(city: city, log: audit).addRoutes(to: router)
        AuditDoors(log: audit).addRoutes(to: router)
        let federation = Federation(broker: city.broker)
        NeighboursPage(city: city, federation: federation).addRoutes(to: router)
        addNGSILDRoutes(
            to: router, broker: city.broker, access: .of(city), tenants: tenants,
            settings: NGSILDSettings(
                allowsMissingContext: city.configuration.allowsMissingContext),
            federation: federation)
        addNGSIv2Routes(to: router, broker: city.broker, access: .of(city), tenants: tenants)
        for service in files.services { try service.addRoutes(to: router, of: city) }
        // The last: it describes every route of the APIs.
        OpenAPIPages(city: city, router: router).addRoutes(to: router)
        let missing = AccessTable.city.missing(in: router)
        guard missing.isEmpty else {
            throw CommandFailure(
                .surroundings, "doors without a rule: \(missing.joined(separator: ", "))",
                remedy: "say in AccessTable+City.swift who may use them")
        }
        return router
    }

    private static func explained(_ error: any Error, port: Int) -> any Error {
        guard let io = error as? IOError, io.errnoCode == EADDRINUSE else { return error }
        return CommandFailure(
            .surroundings, "port \(port) is taken by another program",
            remedy: "stop that program or choose another --port")
    }
}
