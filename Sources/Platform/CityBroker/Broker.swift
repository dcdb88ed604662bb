package import CityKernel
package import CityStore
package import Logging

/// The city's one picture of now and of the past.
///
/// Every change enters through `apply`: state, history, results of rules and matched subscriptions
/// commit together, and it returns once the commit is durable.
package final class Broker: Sendable {
    package let store: any Store
    let clock: any CityClock
    let logger: Logger

    /// - Throws: `BrokerError` when rules form a circle or two rules write one type.
    package init(
        store: any Store, rules: [any Rule], clock: any CityClock, logger: Logger
    ) throws {
        self.store = store
        self.clock = clock
        self.logger = logger
    }
}
