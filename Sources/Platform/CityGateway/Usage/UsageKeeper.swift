import CityKernel
import ServiceLifecycle

/// Writes usage down every few seconds and once more when the city stops.
package struct UsageKeeper: Service {
    private let gateway: Gateway

    package init(gateway: Gateway) { self.gateway = gateway }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await gateway.clock.sleep(for: UsageBook.writeEvery)
                } catch {
                    // Cancelled: the city is stopping.
                    break
                }
                await gateway.writeUsage()
            }
        }
        await gateway.writeUsage()
    }
}
