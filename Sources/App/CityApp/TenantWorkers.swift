import CityBroker
import Logging
import ServiceLifecycle

/// Runs for every tenant what the platform runs for the city's own broker, from when the tenant's
/// database is opened.
struct TenantWorkers: Service {
    let tenants: TenantDirectory
    let logger: Logger
    let workers: @Sendable (Broker) -> [any Service]

    func run() async throws {
        do {
            try await tenants.openAll()
        } catch {
            // A tenant that cannot be opened now is opened again when it is asked for.
            logger.error("a tenant cannot be opened", metadata: ["error": "\(error)"])
        }
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for await broker in tenants.opened {
                    for worker in workers(broker) {
                        group.addTask {
                            do {
                                try await worker.run()
                            } catch {
                                logger.error(
                                    "a tenant's worker ended", metadata: ["error": "\(error)"])
                            }
                        }
                    }
                }
            }
        }
    }
}
