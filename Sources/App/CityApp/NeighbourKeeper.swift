import CityBroker
import CityKernel
import ServiceLifecycle

/// Takes up certificates, keys and authorities that were replaced while the city runs.
struct NeighbourKeeper: Service {
    /// How late a replaced file may be noticed.
    static let interval = Duration.seconds(5)

    let directory: NeighbourDirectory
    let clock: any CityClock

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: Self.interval)
                } catch {
                    // The city is stopping, which is no failure.
                    return
                }
                directory.refresh()
            }
        }
    }
}
