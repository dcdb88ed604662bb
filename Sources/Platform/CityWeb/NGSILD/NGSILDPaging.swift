import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// Links to the pages before and after.
struct NGSILDPaging {
    /// What the pages hold.
    enum Content {
        case entities
        /// Subscriptions or registrations.
        case documents
    }

    let limit: Int
    let offset: Int
    private let content: Content

    init(
        _ request: NGSILDRequest, of content: Content = .entities, wantsCount: Bool
    ) throws(Problem) {
        self.content = content
        limit = try request.number("limit") ?? 20
        offset = try request.number("offset") ?? 0
        if limit == 0, !wantsCount {
            throw .badRequest("a limit of 0 needs count=true", at: "limit")
        }
        if limit > EntityQuery.limitMax {
            throw Problem(
                .tooManyResults, title: "The page is too large",
                detail: "A page holds at most \(EntityQuery.limitMax) entities.",
                remedy: "Ask for fewer and follow the link to the next page.")
        }
    }

    func addLinks(
        to response: inout Response, of request: NGSILDRequest, hasMore: Bool, count: Int?
    ) {
        if let count { response.headers[.resultsCount] = String(count) }
        guard limit > 0 else { return }
        if hasMore { response.headers.append(link("next", offset + limit, request)) }
        if offset > 0 { response.headers.append(link("prev", max(offset - limit, 0), request)) }
    }

    private func link(_ relation: String, _ offset: Int, _ request: NGSILDRequest) -> HTTPField {
        var path = request.request.uri.path
        if path.hasSuffix("/") { path.removeLast() }
        let query = parameters(of: request, offset).map { name, value in
            name.queryEscaped + "=" + value.queryEscaped
        }
        let target = path + "?" + query.joined(separator: "&")
        let media: NGSILDAnswer.Media =
            switch content {
            case .entities: .json
            case .documents: .jsonLD
            }
        return HTTPField(
            name: .link, value: "<\(target)>; rel=\"\(relation)\"; type=\"\(media.rawValue)\"")
    }

    /// Of entities in order of their names, so that one page has one address; of documents, which
    /// nobody caches, as they were sent.
    private func parameters(
        of request: NGSILDRequest, _ offset: Int
    ) -> [(name: String, value: String)] {
        var values = request.parameters
        values["limit"] = String(limit)
        values["offset"] = String(offset)
        var names = content == .documents ? request.parameterNames : []
        names += values.keys.sorted().filter { !names.contains($0) }
        return names.map { ($0, values[$0] ?? "") }
    }
}

extension String {
    /// For a query in an address: everything but what may stand there unescaped.
    fileprivate var queryEscaped: String {
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case 97...122, 65...90, 48...57, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: "/"),
                UInt8(ascii: "*"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "!"),
                UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += (digits.utf8.count == 1 ? "0" + digits : digits).utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
