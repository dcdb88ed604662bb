package import CityBroker
package import CityKernel
package import CityStore
import Logging

/// Brokers on real databases.
package enum TestBrokers {
    /// A broker on a fresh store whose clock moves only when told to.
    @discardableResult
    package static func with<Value>(
        _ engine: TestEngine = .sqlite, clock: any CityClock = ManualClock(TestStores.morning),
        rules: [any Rule] = [], _ body: (Broker) async throws -> Value
    ) async throws -> Value {
        try await TestStores.with(engine, clock: clock, migrations: Broker.migrations) { store in
            try await body(try make(on: store, clock: clock, rules: rules))
        }
    }

    /// One more broker on a store that has the broker's tables.
    package static func make(
        on store: any Store, clock: any CityClock = ManualClock(TestStores.morning),
        rules: [any Rule] = []
    ) throws -> Broker {
        var logger = Logger(label: "city.test")
        logger.logLevel = .critical
        return try Broker(
            store: store, rules: rules, clock: clock, logger: logger,
            outbound: OutboundClient(OutboundGuard.publicOnly.openToLoopback()))
    }
}
