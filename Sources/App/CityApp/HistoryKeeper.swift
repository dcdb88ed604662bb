import CityBroker
import CityKernel
import Logging
import ServiceLifecycle

/// Deletes the readings that the city no longer keeps, as `history.retention` of `city.yaml` says.
struct HistoryKeeper: Service {
    /// Horizons are days, so that an hour between two looks is often enough.
    static let interval = Duration.hours(1)

    let broker: Broker
    let clock: any CityClock
    let logger: Logger

    func run() async throws {
        guard !broker.history.retention.isEmpty else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    for trim in try await broker.trimHistory() {
                        logger.notice(
                            "history trimmed",
                            metadata: [
                                "type": "\(trim.type)", "before": "\(trim.before.iso8601)",
                                "readings": "\(trim.readings)", "at": "\(clock.now.iso8601)",
                            ])
                    }
                    try await clock.sleep(for: Self.interval)
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("history is not trimmed", metadata: ["error": "\(error)"])
                    // The next hour tries again; a stop ends the wait.
                    try? await clock.sleep(for: Self.interval)
                }
            }
        }
    }
}
