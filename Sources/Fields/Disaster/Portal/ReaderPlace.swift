import CityKernel
import CityVocabulary
import CityWeb
import Hummingbird

/// Where the reader said to be: `?near=lat,lon`, or a chosen 町. Used for the answer and forgotten.
struct ReaderPlace: Sendable, Hashable {
    var point: GeoPoint
    /// The name of the town, when one was chosen.
    var town: String?

    /// Coordinates are cut to about 100 m, enough to sort by distance.
    init?(near text: some StringProtocol) {
        let parts = text.split(separator: ",").compactMap { Double($0) }
        guard parts.count == 2, (-90...90).contains(parts[0]), (-180...180).contains(parts[1])
        else { return nil }
        point = GeoPoint(
            latitude: (parts[0] * 1_000).rounded() / 1_000,
            longitude: (parts[1] * 1_000).rounded() / 1_000)
    }

    /// As the address says it: `32.213,130.767`.
    var query: String { "\(point.latitude),\(point.longitude)" }

    init?(town name: String, among towns: [CityVocabulary.Town]) {
        let parts = towns.filter { $0.name == name }.map(\.location)
        guard !parts.isEmpty else { return nil }
        let count = Double(parts.count)
        point = GeoPoint(
            latitude: parts.reduce(0) { $0 + $1.latitude } / count,
            longitude: parts.reduce(0) { $0 + $1.longitude } / count)
        town = name
    }

    init?(_ request: Request, among towns: [CityVocabulary.Town]) {
        if let near = request.uri.queryParameters["near"], let place = ReaderPlace(near: near) {
            self = place
        } else if let town = request.uri.queryParameters["town"],
            let place = ReaderPlace(town: String(town), among: towns)
        {
            self = place
        } else {
            return nil
        }
    }
}
