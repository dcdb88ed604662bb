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
    package static let townsMax = 10_000

    package let towns: [Town]

    package init(_ towns: [Town]) { self.towns = towns }

    /// Reads `town,koaza,lat,lon` with a header line; a town of several small areas stands for each.
    /// - Throws: `Problem` that names the first wrong line.
    package init(csv: String) throws(Problem) {
        var towns: [Town] = []
        for (index, line) in csv.split(whereSeparator: \.isNewline).enumerated().dropFirst() {
            let parts = line.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 4, !parts[0].isEmpty, let latitude = Double(parts[2]),
                let longitude = Double(parts[3]), towns.count < Self.townsMax
            else {
                throw Problem(
                    .badRequestData, title: "The table of towns is not valid",
                    detail: "Line \(index + 1) is not town,koaza,lat,lon, or there are too many.",
                    remedy: "Correct the line.",
                    places: [.init(place: "line \(index + 1)", message: "four columns are needed")])
            }
            towns.append(
                Town(
                    name: String(parts[0]),
                    point: GeoPoint(latitude: latitude, longitude: longitude)))
        }
        self.towns = towns
    }

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
