import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

extension HTTPField.Name {
    static var entityMap: HTTPField.Name { HTTPField.Name("NGSILD-EntityMap")! }
}

/// What a query has to do with an entity map (§5.5.9.3, §5.5.14).
enum EntityMapUse: Sendable, Hashable {
    case none
    /// `entityMap=true`: a map is made of what is found.
    case made(lifetime: Duration?)
    /// The header names a map: only what stands in it counts.
    case used(id: String)

    static func isAsked(of request: NGSILDRequest) -> Bool {
        request.request.headers[.entityMap] != nil || request.parameter("entityMap") != nil
    }

    init(_ request: NGSILDRequest) throws(Problem) {
        if let place = request.request.headers[.entityMap] {
            let id = place.split(separator: "/").last.map(String.init) ?? place
            self = .used(id: id.percentDecoded ?? id)
        } else if try request.flag("entityMap") {
            self = .made(lifetime: try request.entityMapLifetime())
        } else {
            self = .none
        }
    }

    /// The map that the request names; `nil` when it names none, or one that is no more.
    func named(_ broker: Broker) async throws -> EntityMap? {
        guard case .used(let id) = self else { return nil }
        do {
            return try await broker.entityMap(id)
        } catch EntityMapError.notFound {
            return nil
        }
    }

    /// The map that goes with one entity: `named`, or else a new one (§5.7.1.4).
    func map(
        _ named: EntityMap?, of id: EntityID, _ holders: [String], _ broker: Broker
    ) async throws -> EntityMap {
        if let named { return named }
        var lifetime: Duration?
        if case .made(let wished) = self { lifetime = wished }
        return try await broker.keepEntityMap([id: holders], lifetime: lifetime)
    }

    func answer(
        _ found: FoundEntities, _ view: QueryView, _ broker: Broker
    ) async throws -> Response {
        switch self {
        case .none:
            let response = try await view.answer(found.entities, broker)
            return found.warnings.added(to: response)
        case .made(let lifetime):
            let map = try await broker.keepEntityMap(found.holders, lifetime: lifetime)
            let response = try await view.answer(found.entities, broker, status: .created)
            return found.warnings.added(to: response.naming(map))
        case .used(let id):
            let map = try await broker.entityMap(id)
            let entities = found.entities.filter { map.holders[$0.id] != nil }
            // What a silent source holds may still be there: it stays in the map.
            let ids = Set(entities.map(\.id))
            if map.holders.contains(where: { !ids.contains($0.key) && $0.value.isCityAlone }) {
                try await broker.changeEntityMap(id) { map in
                    map.holders = map.holders.filter {
                        ids.contains($0.key) || !$0.value.isCityAlone
                    }
                }
            }
            let response = try await view.answer(entities, broker)
            return found.warnings.added(to: response.naming(map))
        }
    }
}

extension [String] {
    fileprivate var isCityAlone: Bool { self == [EntityMap.city] }
}

extension Response {
    /// With the address of the map that the answer goes with.
    func naming(_ map: EntityMap) -> Response {
        var response = self
        response.headers[.entityMap] = "\(NGSILDPath.root)/entityMaps/\(map.id)"
        return response
    }
}

extension NGSILDRequest {
    func entityMapLifetime() throws(Problem) -> Duration? {
        guard let text = filled("entityMapLifetime") else { return nil }
        guard let duration = ISODuration.duration(text) else {
            throw .badRequest(
                "entityMapLifetime is a duration such as PT5M", at: "entityMapLifetime")
        }
        return duration
    }
}
