package import CityKernel

/// 町: a part of the city and the point that stands for it.
package struct Town: Sendable, Hashable {
    package var name: String
    package var point: GeoPoint

    package init(name: String, point: GeoPoint) {
        self.name = name
        self.point = point
    }
}

/// The towns of a city, for saying in words where a point is.
package struct TownIndex: Sendable, Hashable {
    package let towns: [Town]

    package init(_ towns: [Town]) { self.towns = towns }

    /// The town whose point is closest; towns have no borders here.
    package func findNearest(to point: GeoPoint) -> (town: Town, metres: Double)? {
        towns.map { ($0, $0.point.distanceMetres(to: point)) }.min { $0.1 < $1.1 }
    }

    /// One town of each name, the one closest to the middle of its namesakes.
    package var distinct: [Town] {
        Dictionary(grouping: towns, by: \.name).values.compactMap { group in
            let middle = GeoPoint(
                latitude: group.reduce(0) { $0 + $1.point.latitude } / Double(group.count),
                longitude: group.reduce(0) { $0 + $1.point.longitude } / Double(group.count))
            return group.min {
                $0.point.distanceMetres(to: middle) < $1.point.distanceMetres(to: middle)
            }
        }.sorted { $0.name < $1.name }
    }
}
