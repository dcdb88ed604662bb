import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// Doors of documents that the city keeps as they were written, subscriptions and registrations: made
/// by POST, listed under a service path, read and deleted by id. Reading takes the right to write:
/// addresses of others and what stands in their header fields are not open data.
protocol NGSIv2DocumentDoors: NGSIv2Doors {
    associatedtype Stored

    /// Below `/v2`.
    static var all: String { get }
    /// Beside those that every kind has.
    var more: [NGSIv2Door] { get }

    /// - Parameter id: as NGSIv2 shows it.
    func add(_ document: JSONValue, id: String, _ request: NGSIv2Request) async throws
    /// - Parameter servicePath: only those made under it; `nil` for all.
    func list(under servicePath: String?, in broker: Broker) async throws -> [Stored]
    /// - Throws: when there is none, or it was not made by NGSIv2.
    func find(_ id: String, in broker: Broker) async throws -> Stored
    func json(_ stored: Stored, at now: Timestamp) -> JSONValue?
    func remove(_ stored: Stored, from broker: Broker) async throws
}

extension NGSIv2DocumentDoors {
    static var one: String { all + "/{id}" }

    var more: [NGSIv2Door] { [] }

    var doors: [NGSIv2Door] {
        [
            NGSIv2Door(.get, Self.all, .write, page),
            NGSIv2Door(.post, Self.all, .write, create),
            NGSIv2Door(.get, Self.one, .write, retrieve),
            NGSIv2Door(.delete, Self.one, .write, delete),
        ] + more
    }

    func stored(_ request: NGSIv2Request) async throws -> Stored {
        try await find(try request.pathText("id"), in: request.broker)
    }

    @Sendable private func create(_ request: NGSIv2Request) async throws -> Response {
        let document = try await request.object()
        let id = request.broker.nextNGSIv2ID()
        try await add(.object(document), id: id, request)
        return NGSIv2Answer.created(at: "/v2/\(Self.all)/\(id)")
    }

    @Sendable private func page(_ request: NGSIv2Request) async throws -> Response {
        let page = try NGSIv2Page(request)
        let found = try await list(under: request.listedServicePath, in: request.broker)
        let now = request.broker.now
        return page.response(page.part(of: found).compactMap { json($0, at: now) }, of: found.count)
    }

    @Sendable private func retrieve(_ request: NGSIv2Request) async throws -> Response {
        NGSIv2Answer.json(json(try await stored(request), at: request.broker.now) ?? .null)
    }

    @Sendable private func delete(_ request: NGSIv2Request) async throws -> Response {
        try await remove(try await stored(request), from: request.broker)
        return NGSIv2Answer.noContent
    }
}

/// The part of a list that was asked for; the list is read as a whole.
struct NGSIv2Page {
    private let limit: Int
    private let offset: Int
    private let isCounted: Bool

    /// - Throws: `Problem` for a limit or offset that no page has.
    init(_ request: NGSIv2Request) throws(Problem) {
        limit = try request.number("limit", default: 20, 1...NGSIv2Request.limitMax)
        offset = try request.number("offset", default: 0, 0...Int(Int32.max))
        isCounted = request.options.contains("count")
    }

    func part<Item>(of items: [Item]) -> ArraySlice<Item> {
        items.dropFirst(offset).prefix(limit)
    }

    /// - Parameter count: of the whole list.
    func response(_ items: [JSONValue], of count: Int) -> Response {
        var response = NGSIv2Answer.json(.array(items))
        if isCounted { response.headers[.totalCount] = String(count) }
        return response
    }
}
