import CityBroker
import CityKernel

/// One change of one entity by NGSIv2, said so that registered sources of NGSI-LD can take part in it
/// as they do in a change by NGSI-LD.
struct NGSIv2Change: Sendable {
    enum Verb: Sendable, Hashable {
        case create
        /// Creates it, or appends where it is.
        case upsert
        /// With `isStrict` none of the attributes may be there.
        case append(isStrict: Bool)
        case update
        case replace
        /// One attribute that is there.
        case set
        case deleteAttribute
        case delete
    }

    var verb: Verb
    var id: EntityID
    /// Empty when nobody said and the city does not know.
    var types: [String]
    var attributes: [NamedAttribute] = []
    /// Of `deleteAttribute`.
    var name: String?

    var operation: RegistrationOperation {
        switch verb {
        case .create, .upsert: .createEntity
        case .append: .appendAttrs
        case .update: .updateEntity
        case .replace: .replaceEntity
        case .set: .updateAttrs
        case .deleteAttribute: .deleteAttrs
        case .delete: .deleteEntity
        }
    }

    /// Names of what changes; `nil` for the entity as a whole.
    var names: Set<String>? {
        switch verb {
        case .delete: nil
        case .deleteAttribute: name.map { [$0] } ?? []
        default: Set(attributes.map(\.name))
        }
    }

    /// Attributes are deleted one by one.
    var parts: [NGSIv2Change] {
        guard verb == .deleteAttribute, name == nil else { return [self] }
        return attributes.map { named in
            NGSIv2Change(verb: verb, id: id, types: types, name: named.name)
        }
    }

    // MARK: - As NGSI-LD

    /// What a source is sent.
    /// - Parameter names: the attributes that are its own; `nil` for all of them.
    func request(
        to registration: Registration, _ names: Set<String>?, _ hop: SourceHop
    ) -> SourceRequest {
        let own = attributes.filter { names?.contains($0.name) ?? true }
        let one = "entities/" + id.text.urlEscaped
        func said(
            _ method: SourceRequest.Method, _ path: String, _ body: JSONValue? = nil
        )
            -> SourceRequest
        {
            var query: [String] = []
            if verb == .append(isStrict: true) { query.append("options=noOverwrite") }
            if registration.management.isLocalOnly { query.append("local=true") }
            let text = query.isEmpty ? "" : "?" + query.joined(separator: "&")
            return hop.dressed(
                registration, method, "\(NGSILDPath.root)/\(path)\(text)", body: body)
        }
        func attribute(_ name: String) -> String {
            one + "/attrs/" + hop.words(for: registration).term(for: name).urlEscaped
        }
        switch verb {
        case .create, .upsert: return said(.post, "entities", document(own))
        case .append: return said(.post, one + "/attrs/", fragment(own))
        case .update: return said(.patch, one + "/attrs/", fragment(own))
        case .replace: return said(.put, one, document(own))
        case .set:
            guard let first = own.first else { preconditionFailure("a change of one attribute") }
            return said(
                .patch, attribute(first.name), Self.codec.json(first.attribute, .init()))
        case .deleteAttribute: return said(.delete, attribute(name ?? ""))
        case .delete: return said(.delete, one)
        }
    }

    /// What follows when a source says that the entity is there already; `nil` when that is the end.
    var whenPresent: NGSIv2Change? {
        guard verb == .upsert else { return nil }
        var change = self
        change.verb = .append(isStrict: false)
        return change
    }

    private static let codec = NGSILDCodec(.core)

    private func document(_ attributes: [NamedAttribute]) -> JSONValue {
        let types = types.isEmpty ? [NGSIv2Codec.typeDefault] : types
        return Self.codec.json(Entity(id: id, types: types, attributes: attributes))
    }

    private func fragment(_ attributes: [NamedAttribute]) -> JSONValue {
        guard case .object(var object) = document(attributes) else {
            preconditionFailure("an entity is an object")
        }
        for name in ["id", "type"] { object[name] = nil }
        return .object(object)
    }
}
