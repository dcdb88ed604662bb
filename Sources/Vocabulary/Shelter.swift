package import CityKernel

/// 避難所・指定緊急避難場所: a place to flee to, and whether it is open now.
package struct Shelter: Noun, Hashable {
    package static let entityType = "Shelter"

    /// The eight hazards of 災害対策基本法施行令: a place is designated for each one apart.
    package enum Hazard: String, Sendable, Hashable, CaseIterable {
        case flood, landslide, stormSurge, earthquake, tsunami, fire, inlandFlood, volcano
    }

    package enum Status: String, Sendable, Hashable, CaseIterable {
        case closed, open, full
    }

    package enum Crowding: String, Sendable, Hashable, CaseIterable {
        case unknown, empty, some, crowded, full
    }

    package var id: EntityID
    package var name: LocalizedText
    package var address: String
    package var location: GeoPoint
    /// 指定緊急避難場所 for these hazards; empty when it is only a 指定避難所.
    package var hazards: Set<Hazard>
    /// 指定避難所, where people stay.
    package var isForStaying: Bool
    /// 町 in which it stands, for filters; `nil` when the address names none that we know.
    package var town: String?
    /// 福祉避難所の受入対象者: when set, only these people are received.
    package var acceptedPeople: String?
    /// `nil` when not registered; zero in a source means the same.
    package var capacity: Int?
    package var status: Status
    package var crowding: Crowding
    /// When `status` last changed.
    package var statusSince: Timestamp?

    package init(
        id: EntityID, name: LocalizedText, address: String, location: GeoPoint,
        hazards: Set<Hazard>, isForStaying: Bool, town: String? = nil,
        acceptedPeople: String? = nil, capacity: Int? = nil, status: Status = .closed,
        crowding: Crowding = .unknown, statusSince: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.location = location
        self.hazards = hazards
        self.isForStaying = isForStaying
        self.town = town
        self.acceptedPeople = acceptedPeople
        self.capacity = capacity
        self.status = status
        self.crowding = crowding
        self.statusSince = statusSince
    }

    package init(_ entity: Entity) throws(NounError) {
        self.init(
            id: entity.id, name: try entity.requireText("name"),
            address: try entity.requireString("address"), location: try entity.requirePoint(),
            hazards: try entity.choices("hazards", of: Hazard.self),
            isForStaying: try entity.flag("isForStaying") ?? false,
            town: try entity.text("town"),
            acceptedPeople: try entity.text("acceptedPeople"),
            capacity: try entity.integer("capacity"),
            status: try entity.choice("status", of: Status.self) ?? .closed,
            crowding: try entity.choice("crowding", of: Crowding.self) ?? .unknown,
            statusSince: try entity.time("statusSince"))
    }

    package var attributes: [NamedAttribute] { designation + operation }

    /// What the register of places says; an import writes these and leaves `operation` alone.
    package var designation: [NamedAttribute] {
        [
            NamedAttribute("name", .text(name)),
            NamedAttribute("address", .property(.string(address))),
            NamedAttribute("location", .place(.point(location))),
            NamedAttribute(
                "hazards",
                .property(
                    .array(Hazard.allCases.filter(hazards.contains).map { .string($0.rawValue) }))),
            NamedAttribute("isForStaying", .property(.bool(isForStaying))),
            NamedAttribute("town", .property(town.map(JSONValue.string) ?? .null)),
            NamedAttribute(
                "acceptedPeople", .property(acceptedPeople.map(JSONValue.string) ?? .null)),
            NamedAttribute("capacity", .property(capacity.map { .integer(Int64($0)) } ?? .null)),
        ]
    }

    /// What staff at the place say.
    package var operation: [NamedAttribute] {
        [
            NamedAttribute("status", .property(.string(status.rawValue))),
            NamedAttribute("crowding", .property(.string(crowding.rawValue))),
            NamedAttribute(
                "statusSince", .property(statusSince.map { .string($0.iso8601) } ?? .null)),
        ]
    }
}
