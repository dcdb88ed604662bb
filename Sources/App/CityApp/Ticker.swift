import CityBroker
import CityKernel
import CityWeb
import Logging
import ServiceLifecycle

/// Does something again and again until the city stops. What fails is logged and tried again at the
/// next turn.
struct Ticker: Service {
    let name: String
    let interval: Duration
    let clock: any CityClock
    let logger: Logger
    let turn: @Sendable () async throws -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await clock.sleep(for: interval)
                    try await turn()
                } catch is CancellationError {
                    // The city is stopping, which is no failure.
                    return
                } catch {
                    // The health page shows the database's state.
                    logger.error("\(name) failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

extension Ticker {
    /// Lets time pass for the rules: silence grows into 欠測, dusk lights the bridge. The interval is
    /// how late a rule may notice that time alone has changed something.
    static func rules(_ broker: Broker, _ clock: any CityClock, _ logger: Logger) -> Ticker {
        Ticker(name: "tick", interval: .seconds(5), clock: clock, logger: logger) {
            try await broker.tick()
        }
    }

    /// Lets subscriptions that follow the clock speak, and registrations end. The interval is how
    /// late they may.
    static func subscriptions(
        _ broker: Broker, _ clock: any CityClock, _ logger: Logger
    ) -> Ticker {
        Ticker(name: "telling subscribers", interval: .seconds(1), clock: clock, logger: logger) {
            while try await broker.takeSubscriptionTurns() == Broker.turnsMax {}
            try await broker.takeRegistrationTurns()
            try await broker.endRegistrations()
        }
    }

    /// Fills snapshots that wait for it.
    static func snapshots(_ broker: Broker, _ clock: any CityClock, _ logger: Logger) -> Ticker {
        let filler = SnapshotFiller(federation: Federation(broker: broker))
        return Ticker(
            name: "filling a snapshot", interval: .seconds(1), clock: clock, logger: logger
        ) { try await filler.run() }
    }
}

/// Brings in what other processes on the same database change.
struct ChangeListener: Service {
    let broker: Broker

    func run() async throws {
        await cancelWhenGracefulShutdown { await broker.run() }
    }
}
