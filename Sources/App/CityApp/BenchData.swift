import CityBroker
package import CityKernel
import CityPlatform

/// Invented sensors with a history, for benchmarks: the same every time, and labelled as invented.
package struct BenchData: Sendable {
    /// Facts in one transaction.
    private static let batchMax = 2_000

    package var entities: Int
    package var readingsEach: Int

    package init(entities: Int, readingsEach: Int) {
        self.entities = entities
        self.readingsEach = readingsEach
    }

    package static func id(_ number: Int) -> EntityID {
        EntityID(type: "BenchSensor", name: "bench:\(number)")
    }

    /// - Parameter progress: 0...1.
    package func fill(_ running: RunningCity, progress: (Double) -> Void) async throws {
        let city = running.city
        let start = city.clock.now - .minutes(10 * readingsEach)
        let box = city.configuration.boundingBox
        var batch: [Fact] = []
        for number in 0..<entities {
            let id = Self.id(number)
            // Spread evenly by the golden ratio, which needs no random source.
            let across = (Double(number) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
            let up = Double(number) / Double(max(entities, 1))
            let place = GeoPoint(
                latitude: box.south + (box.north - box.south) * up,
                longitude: box.west + (box.east - box.west) * across)
            batch.append(Fact(id, type: "BenchSensor", "location", .place(.point(place))))
            for step in 0..<readingsEach {
                let value = Double((number &* 7 &+ step &* 13) % 1_000) / 100
                batch.append(
                    Fact(
                        id, type: "BenchSensor", "level",
                        .property(
                            .number(value), unitCode: "MTR",
                            observedAt: start + .minutes(10 * step))))
            }
            if batch.count >= Self.batchMax || number == entities - 1 {
                try await city.broker.apply(batch, source: "bench-data")
                batch.removeAll(keepingCapacity: true)
                progress(Double(number + 1) / Double(entities))
            }
        }
    }
}
