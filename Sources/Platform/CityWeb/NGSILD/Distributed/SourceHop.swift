import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

extension HTTPField.Name {
    static var via: HTTPField.Name { HTTPField.Name("Via")! }
    static var warning: HTTPField.Name { HTTPField.Name("NGSILD-Warning")! }
}

/// The way from an incoming request to those that are sent on for it: by whose hands it came, in
/// which words it is said, and what a source wants to be told beside it.
struct SourceHop: Sendable {
    let request: NGSILDRequest
    /// The context of the incoming request.
    let context: LDContext
    /// The city's own pseudonym.
    let alias: String

    // MARK: - Loops

    /// The pseudonyms of those who passed the request on.
    var passedBy: Set<String> {
        var names: Set<String> = []
        for field in request.request.headers[values: .via] {
            for hop in field.split(separator: ",") {
                let words = hop.split(separator: " ")
                if words.count > 1 { names.insert(String(words[1])) }
            }
        }
        return names
    }

    /// Whether the city asked this itself and now hears it back.
    var isLoop: Bool { passedBy.contains(alias) }

    // MARK: - Dressing

    /// How requests are dressed that go out for this one.
    var dress: SourceDress {
        let headers = request.request.headers
        return SourceDress(context, request.library, via: via) { name in
            HTTPField.Name(name).flatMap { headers[$0] }
        }
    }

    /// Everybody who passed the request on, this city last.
    var via: String {
        let before = request.request.headers[values: .via]
        return (before + ["1.1 \(alias)"]).joined(separator: ", ")
    }

    func words(for registration: Registration) -> LDContext { dress.words(for: registration) }

    /// - Parameter body: a document or a list of them, in the incoming request's words, without
    ///   `@context`.
    func dressed(
        _ registration: Registration, _ method: SourceRequest.Method, _ target: String,
        body: JSONValue? = nil
    ) -> SourceRequest {
        dress.dressed(registration, method, target, body: body)
    }
}

extension String {
    /// For a part of a path or a query: everything but what is never special there is escaped.
    var urlEscaped: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: ","):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += (digits.count == 1 ? "0" + digits : digits).utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
