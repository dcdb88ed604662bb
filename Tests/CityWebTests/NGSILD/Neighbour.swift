import CityBroker
import CityKernel
import CityTesting
import CityWeb
import Hummingbird
import NIOCore

/// Another city on this machine, with its own broker and its APIs behind a real port.
enum Neighbour {
    static func router(_ broker: Broker) throws -> CityRouter {
        let router = CityRouter(context: CityRequestContext.self)
        router.add(middleware: ProblemMiddleware(pages: try Design.renderer()))
        addNGSILDRoutes(
            to: router, broker: broker, access: .open,
            federation: Federation(
                broker: broker,
                client: SourceClient(
                    client: OutboundClient(OutboundGuard.publicOnly.openToLoopback()))))
        addNGSIv2Routes(to: router, broker: broker, access: .open)
        return router
    }

    /// Serves while `body` runs; `body` gets the neighbour's broker and address.
    static func serving(
        _ engine: TestEngine = .sqlite,
        _ body: @escaping @Sendable (Broker, String) async throws -> Void
    ) async throws {
        try await TestBrokers.with(engine) { broker in
            let (ports, port) = AsyncStream.makeStream(of: Int.self)
            let application = Application(
                router: try router(broker),
                configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                for await number in ports {
                    try await body(broker, "http://127.0.0.1:\(number)")
                    break
                }
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) {
                        throw error
                    }
                }
            }
        }
    }
}
