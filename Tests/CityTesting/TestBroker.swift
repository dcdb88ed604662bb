package import CityBroker
package import CityKernel
package import CityStore
import Logging

/// A real broker on a real database, with nothing in it.
package enum TestBroker {
    package static func with<Value>(
        _ engine: TestEngine = .sqlite, rules: [any Rule] = [],
        clock: any CityClock = SystemClock(),
        durability: StoreConfiguration.Durability = .relaxed,
        outbound: OutboundGuard = .publicOnly.openToLoopback(),
        _ body: (Broker) async throws -> Value
    ) async throws -> Value {
        try await TestStores.with(
            engine, clock: clock, durability: durability, migrations: Broker.migrations
        ) { store in
            var logger = Logger(label: "city.test")
            logger.logLevel = .critical
            return try await body(
                try Broker(
                    store: store, rules: rules, clock: clock, logger: logger,
                    outbound: OutboundClient(outbound)))
        }
    }
}
