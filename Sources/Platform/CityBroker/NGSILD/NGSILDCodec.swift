package import CityKernel

/// NGSI-LD documents under one @context, to and from entities.
package struct NGSILDCodec: Sendable {
    /// What deletes a member in an update and stands for a deleted value in a notification.
    package static let null = "urn:ngsi-ld:null"

    package let context: LDContext

    package init(_ context: LDContext = .core) { self.context = context }

    /// What a document is for, which decides where "urn:ngsi-ld:null" may stand (§5.5.4).
    package enum Purpose: Sendable, Hashable {
        /// Nowhere.
        case create
        /// As the value of an attribute or sub-attribute, which is deleted.
        case update
        /// In members of values too, which are taken out of them.
        case merge
    }

    /// In which form values are written.
    package enum Form: Sendable, Hashable {
        /// Normalized and concise, told apart attribute by attribute.
        case full
        /// Bare values (§4.5.4).
        case simplified
    }
}

// MARK: - Reading

extension NGSILDCodec {
    /// What an update says: attributes to set, and attributes to delete.
    package struct Fragment: Sendable, Hashable {
        package var id: EntityID?
        package var types: [String] = []
        /// Empty takes the scopes away.
        package var scopes: [String]?
        package var expiresAt = AttributePatch.Edit<Timestamp>.keep
        /// Whole attributes; empty in a merge.
        package var attributes: [NamedAttribute] = []
        /// What a merge says of each attribute.
        package var patches: [AttributePatch.NamedPatch] = []
        /// Names with the dataset that is deleted.
        package var deletions: [Deletion] = []

        package struct Deletion: Sendable, Hashable {
            package var name: String
            package var datasetID: String?
        }
    }

    /// - Throws: `Problem` with a JSON pointer for what is wrong.
    package func entity(_ json: JSONValue, _ form: Form = .full) throws(Problem) -> Entity {
        let fragment = try fragment(json, for: .create, form)
        guard let id = fragment.id else { throw .badData("an entity needs an id", at: "/id") }
        guard !fragment.types.isEmpty else {
            throw .badData("an entity needs a type", at: "/type")
        }
        return Entity(
            id: id, types: fragment.types, scopes: fragment.scopes ?? [],
            attributes: fragment.attributes, expiresAt: fragment.expiresAt.applied(to: nil))
    }

    /// A whole entity or a part of one.
    package func fragment(
        _ json: JSONValue, for purpose: Purpose = .update, _ form: Form = .full
    ) throws(Problem) -> Fragment {
        guard let object = json.object else {
            throw Problem(
                .invalidRequest, title: "The body is not an entity",
                detail: "An entity is a JSON object.",
                places: [.init(place: "/", message: "a JSON object is needed")])
        }
        var fragment = Fragment()
        for (key, value) in object {
            switch key {
            case "@context", "createdAt", "modifiedAt", "deletedAt": break
            case "id", "@id": fragment.id = try id(value)
            case "type", "@type": fragment.types = try types(value)
            case "scope": fragment.scopes = try scopes(value, purpose)
            case "expiresAt": fragment.expiresAt = try time(value, purpose, at: "/expiresAt")
            default: try read(key, value, purpose, form, into: &fragment)
            }
        }
        return fragment
    }

    private func read(
        _ key: String, _ value: JSONValue, _ purpose: Purpose, _ form: Form,
        into fragment: inout Fragment
    ) throws(Problem) {
        let name = try name(key, at: "/")
        let place = "/" + key
        guard !NGSILDName.reserved.contains(name) else {
            throw .badData("\"\(key)\" is no attribute but a member of one", at: place)
        }
        let instances = try instances(value, form, at: place)
        var datasets: Set<String> = []
        for instance in instances {
            var isDeletion = false
            let patch = try patch(
                instance, named: name, purpose, form, isDeletion: &isDeletion, at: place)
            guard instances.count == 1 || datasets.insert(patch.datasetID ?? "").inserted else {
                throw .badData("two instances have the same datasetId", at: place)
            }
            if isDeletion {
                guard purpose != .create else {
                    throw .badData("a new entity cannot delete \(key)", at: place)
                }
                fragment.deletions.append(.init(name: name, datasetID: patch.datasetID))
            } else if purpose == .merge {
                fragment.patches.append(.init(name: name, patch: patch))
            } else {
                fragment.attributes.append(
                    NamedAttribute(name, try patch.attribute(at: place)))
            }
        }
    }

    func id(_ json: JSONValue) throws(Problem) -> EntityID {
        guard let text = json.string, let id = EntityID(text), text != Self.null else {
            throw .badData(
                "an id is an absolute URI", at: "/id",
                remedy: "Write for example urn:ngsi-ld:Shelter:1.")
        }
        return id
    }

    func types(_ json: JSONValue, at place: String = "/type") throws(Problem) -> [String] {
        let written = json.array ?? [json]
        var types: [String] = []
        for value in written {
            guard let text = value.string, text != Self.null,
                !["id", "type"].contains(text)
            else { throw .badData("a type is the name of a kind of thing", at: place) }
            let name = try name(text, at: place)
            if !types.contains(name) { types.append(name) }
        }
        if types.isEmpty { throw .badData("an entity needs a type", at: place) }
        return types
    }

    private func scopes(_ json: JSONValue, _ purpose: Purpose) throws(Problem) -> [String] {
        let written = json.array ?? [json]
        if purpose != .create, written == [.string(Self.null)] { return [] }
        var scopes: [String] = []
        for value in written {
            guard let text = value.string, NGSILDName.isScope(text) else {
                throw .badData(
                    "a scope is a path of names such as /Hitoyoshi/Kuma", at: "/scope")
            }
            let scope = text.hasPrefix("/") ? text : "/" + text
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        if scopes.isEmpty { throw .badData("a list of scopes is not empty", at: "/scope") }
        return scopes
    }

    /// The name inside the city of a term that may be a name.
    package func name(_ term: String, at place: String) throws(Problem) -> String {
        if let known = context.memory.find(term) { return known }
        guard NGSILDName.isValid(term) else {
            throw .badData(
                "\"\(term.prefix(80))\" cannot be a name", at: place,
                remedy: "Names are letters, digits and _, and begin with a letter.")
        }
        let name = context.name(of: term)
        guard name.utf8.count <= NameStore.bytesMax else {
            throw .badData("\"\(term.prefix(80))\" is too long a name", at: place)
        }
        context.memory.keep(term, name)
        return name
    }

    /// A member that is a time, or taken away.
    func time(
        _ json: JSONValue, _ purpose: Purpose, at place: String
    ) throws(Problem) -> AttributePatch.Edit<Timestamp> {
        if purpose != .create, json.string == Self.null { return .remove }
        return .set(try Self.instant(json, at: place))
    }

    /// Times are written in UTC (§4.6.3).
    static func instant(_ json: JSONValue, at place: String) throws(Problem) -> Timestamp {
        guard let text = json.string, text.contains("T"), text.hasSuffix("Z"),
            let time = Timestamp(iso8601: text)
        else {
            throw .badData(
                "a date and time in UTC is needed", at: place,
                remedy: "Write for example 2026-06-01T09:00:00Z.")
        }
        return time
    }
}

extension NGSILDCodec.Fragment {
    /// Everything that an entity says.
    package init(_ entity: Entity) {
        id = entity.id
        types = entity.types
        scopes = entity.scopes.isEmpty ? nil : entity.scopes
        expiresAt = entity.expiresAt.map { .set($0) } ?? .keep
        attributes = entity.attributes
    }
}
