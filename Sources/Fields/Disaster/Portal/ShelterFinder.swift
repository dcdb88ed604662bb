import CityKernel
import CityVocabulary

/// Which shelters a reader sees, and in which order: open before unknown, near before far.
struct ShelterFinder: Sendable {
    var isOpenOnly = false
    /// National rule: in a flood only to places designated for it.
    var isFloodOnly = true
    /// Where the reader is, as the reader said; kept nowhere.
    var place: GeoPoint?

    struct Found: Sendable {
        var shelter: Shelter
        var metres: Double?
    }

    func find(_ shelters: [Shelter]) -> [Found] {
        shelters.filter {
            (!isOpenOnly || $0.status == .open) && (!isFloodOnly || $0.hazards.contains(.flood))
        }
        .map { shelter in
            Found(shelter: shelter, metres: place?.distanceMetres(to: shelter.location))
        }
        .sorted { left, right in
            if left.shelter.rank != right.shelter.rank {
                return left.shelter.rank < right.shelter.rank
            }
            if let near = left.metres, let far = right.metres, near != far { return near < far }
            return left.shelter.name.japanese < right.shelter.name.japanese
        }
    }

    /// Where to send a person now: open, for floods, for everyone.
    static func nearestOpen(_ shelters: [Shelter], to place: GeoPoint?) -> Found? {
        ShelterFinder(isOpenOnly: true, place: place)
            .find(shelters.filter { $0.acceptedPeople == nil }).first
    }
}

extension Shelter {
    fileprivate var rank: Int {
        switch status {
        case .open: 0
        case .closed where statusSince == nil: 1
        case .full: 2
        case .closed: 3
        }
    }
}
