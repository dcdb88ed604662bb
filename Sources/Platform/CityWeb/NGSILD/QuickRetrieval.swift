package import CityBroker
import CityIdentity
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /entities/{id}` for readers who want nothing special: no parameters, JSON, the core context.
///
/// The route answers them with these bytes, and so does the door of a connection, which comes before
/// it. Whoever wants more, or something that is not remembered, goes through the router.
package struct QuickRetrieval: Sendable {
    /// As the router names it.
    static let route = "\(NGSILDPath.root)/entities/{id}"
    private static let prefix = "\(NGSILDPath.root)/entities/"

    private let broker: Broker
    private let access: NGSILDAccess

    package init(broker: Broker, access: NGSILDAccess) {
        self.broker = broker
        self.access = access
    }

    // MARK: - The document

    static func document(_ entity: Entity) -> [UInt8] {
        NGSILDCodec(.core).json(entity).bytes
    }

    static func answer(_ document: ByteBuffer) -> Response {
        var response = Response(status: .ok)
        response.headers[.contentType] = NGSILDAnswer.Media.json.rawValue
        response.headers[.link] = LDContext.core.linkHeader
        response.body = .init(byteBuffer: document)
        return response
    }

    // MARK: - At the door

    /// - Returns: `nil` when the router must be asked.
    func find(_ head: HTTPRequest) -> [UInt8]? {
        guard head.method == .get, let path = head.path, path.hasPrefix(Self.prefix),
            head.headerFields.allSatisfy(Self.saysNothingSpecial)
        else { return nil }
        let rest = path.utf8.dropFirst(Self.prefix.utf8.count)
        guard rest.allSatisfy(Self.isPlain), let id = EntityID(String(Substring(rest))) else {
            return nil
        }
        return broker.findDocument(of: id, Self.document)
    }

    /// The same right as behind the router.
    func mayRead(_ principal: Principal) -> Bool {
        // Who may not is told why on the long way.
        (try? access.admit(principal, .read)) != nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// Fields that change nothing of an answer of the API, and those that ask for the usual one.
    private static func saysNothingSpecial(_ field: HTTPField) -> Bool {
        switch field.name {
        case .userAgent, .acceptEncoding, .acceptLanguage, .connection, .authorization: true
        case .accept: field.value == "*/*" || field.value == "application/json"
        default: false
        }
    }
}
