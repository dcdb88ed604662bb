import Benchmark
import CityBroker
import CityKernel
import CityTesting

/// Single-attribute updates, each durable and kept as history, each an `apply` of its own.
func registerBrokerBenchmarks(on engine: TestEngine) {
    Benchmark("broker: durable updates, 64 writers, \(engine)") { benchmark in
        try await TestStores.with(
            engine, durability: .full, migrations: Broker.migrations
        ) { store in
            let broker = try TestBrokers.make(on: store)
            try await benchmark.measureTogether(12_800) { writer, number in
                let id = EntityID(type: "Meter", name: "\(writer)-\(number % 20)")
                let value = Attribute.property(
                    .integer(Int64(number)), observedAt: TestStores.morning + .seconds(number))
                try await broker.apply(
                    [Fact(id, type: "Meter", "count", value)], source: "bench")
            }
        }
    }
}
