import CityBroker
import CityKernel
import Logging
import ServiceLifecycle

/// Lets time pass for the rules: silence grows into 欠測, dusk lights the bridge.
struct Ticker: Service {
    /// How late a rule may notice that time alone has changed something.
    static let interval = Duration.seconds(5)

    let broker: Broker
    let clock: any CityClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: Self.interval)
                    try await broker.tick()
                } catch is CancellationError {
                    // The city is stopping, which is no failure.
                    return
                } catch {
                    // The next tick tries again; the health page shows the database's state.
                    logger.error("tick failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

/// Brings in what other processes on the same database change.
struct ChangeListener: Service {
    let broker: Broker

    func run() async throws {
        await cancelWhenGracefulShutdown { await broker.run() }
    }
}

/// Lets subscriptions that follow the clock speak, and registrations end.
struct SubscriptionTimer: Service {
    /// How late a subscription may speak.
    static let interval = Duration.seconds(1)

    let broker: Broker
    let clock: any CityClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: Self.interval)
                    while try await broker.takeSubscriptionTurns() == Broker.turnsMax {}
                    try await broker.takeRegistrationTurns()
                    try await broker.endRegistrations()
                } catch is CancellationError {
                    // The city is stopping, which is no failure.
                    return
                } catch {
                    // The turn is still due; the next round takes it.
                    logger.error("subscriptions not told", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
