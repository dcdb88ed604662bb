import Benchmark
import CityTesting

// What the city does inside one process; what it does over HTTP is measured by ./bench.

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [perSecond], warmupIterations: 1, maxDuration: .seconds(6), maxIterations: 12)
    for engine in TestEngine.available {
        registerStoreBenchmarks(on: engine)
        registerBrokerBenchmarks(on: engine)
    }
    registerRawSQLiteBenchmarks()
    registerJSONBenchmarks()
}

/// Operations a second, counted by ourselves: each benchmark opens its own database outside the
/// measured time.
let perSecond = BenchmarkMetric.custom(
    "operations per second", polarity: .prefersLarger, useScalingFactor: false)

/// Writers at once, as many as the HTTP load uses connections.
let writers = 64

extension Benchmark {
    /// Runs `body` `count` times and records how often that is a second.
    func measure(_ count: Int, _ body: (Int) throws -> Void) rethrows {
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<count { try body(number) }
        record(count, in: clock.now - start)
    }

    /// Lets `writers` tasks run `body` together, `count` times in all.
    func measureTogether(
        _ count: Int,
        _ body: @escaping @Sendable (_ writer: Int, _ number: Int) async throws -> Void
    ) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for number in 0..<(count / writers) { try await body(writer, number) }
                }
            }
            try await group.waitForAll()
        }
        record(count, in: clock.now - start)
    }

    func record(_ count: Int, in time: Duration) {
        let seconds =
            Double(time.components.seconds)
            + Double(time.components.attoseconds) / 1e18
        measurement(perSecond, Int(Double(count) / seconds))
    }
}
