package import CityKernel

/// Reads the entities of a source's reply, with the times that decide which of two values is newer.
package struct SourceCodec: Sendable {
    private let context: LDContext
    private let library: ContextLibrary

    /// - Parameter context: what names mean when the reply does not say: the context of the question.
    package init(_ context: LDContext, _ library: ContextLibrary) {
        self.context = context
        self.library = library
    }

    /// - Throws: `SourceFailure.unreadable`.
    package func entity(_ bytes: [UInt8]) throws(SourceFailure) -> Entity {
        try entity(parse(bytes))
    }

    /// Entities as the source of this registration writes them.
    /// - Throws: `SourceFailure.unreadable`.
    package func entities(
        _ bytes: [UInt8], of registration: Registration
    ) throws(SourceFailure) -> [Entity] {
        registration.ngsiv2 == nil
            ? try entities(bytes) : try NGSIv2Source.entities(bytes, of: registration)
    }

    /// - Throws: `SourceFailure.unreadable`.
    package func entities(_ bytes: [UInt8]) throws(SourceFailure) -> [Entity] {
        // A source that found nothing may send nothing.
        if bytes.isEmpty { return [] }
        let json = try parse(bytes)
        var entities: [Entity] = []
        for item in json.array ?? [json] { entities.append(try entity(item)) }
        return entities
    }

    private func parse(_ bytes: [UInt8]) throws(SourceFailure) -> JSONValue {
        // Where in a stranger's reply the error lies helps nobody here.
        guard let json = try? JSONValue(parsing: bytes) else { throw .unreadable }
        return json
    }

    private func entity(_ json: JSONValue) throws(SourceFailure) -> Entity {
        // A context that cannot be had leaves the question's own words, which most replies use.
        let named = json["@context"].flatMap { try? library.context($0) } ?? context
        let codec = NGSILDCodec(named)
        guard let object = json.object, var entity = try? codec.entity(json) else {
            throw .unreadable
        }
        entity.createdAt = Self.time(object["createdAt"])
        entity.modifiedAt = Self.time(object["modifiedAt"])
        for (key, value) in object {
            let name = named.name(of: key)
            for instance in value.array ?? [value] {
                let dataset = instance["datasetId"]?.string
                let index = entity.attributes.firstIndex {
                    $0.name == name && $0.attribute.datasetID == dataset
                }
                guard let index else { continue }
                entity.attributes[index].attribute.createdAt = Self.time(instance["createdAt"])
                entity.attributes[index].attribute.modifiedAt = Self.time(instance["modifiedAt"])
            }
        }
        return entity
    }

    private static func time(_ json: JSONValue?) -> Timestamp? {
        json?.string.flatMap { Timestamp(iso8601: $0) }
    }
}
