import CityBroker
import CityKernel
import Logging
import ServiceLifecycle

/// Writes down who sends data that does not fit its type, every few seconds and once more at the end.
struct TypeFaultKeeper: Service {
    /// How late the counts may be; a process that is killed loses so much of them.
    static let interval = Duration.seconds(5)

    let broker: Broker
    let clock: any CityClock
    let logger: Logger

    func run() async throws {
        guard broker.inspection != nil else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: Self.interval)
                } catch {
                    // Cancelled: the city is stopping.
                    break
                }
                await write()
            }
        }
        await write()
    }

    private func write() async {
        do {
            try await broker.writeTypeFaults()
        } catch {
            logger.warning("faults of types were not written", metadata: ["error": "\(error)"])
        }
    }
}
