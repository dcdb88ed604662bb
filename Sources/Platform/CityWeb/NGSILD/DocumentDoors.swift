import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// The doors of documents that are kept under ids of their own: subscriptions, registrations of
/// sources and subscriptions to those. They differ in what is kept, not in how one comes in.
///
/// Reading takes the right to write: what these documents tell of other systems, their addresses
/// and the secrets for them, is not open data.
protocol DocumentDoors: NGSILDDoors {
    associatedtype Stored: Sendable

    /// Below `/ngsi-ld/v1`.
    static var path: String { get }

    /// - Returns: the id of what is kept now.
    func keep(_ request: NGSILDRequest, _ document: NGSILDRequest.Document) async throws -> String
    /// - Throws: when there is none.
    func find(_ id: String) async throws -> Stored
    func page(
        _ request: NGSILDRequest, _ context: LDContext, _ paging: NGSILDPaging
    ) async throws -> (page: [Stored], count: Int)
    func json(_ stored: Stored, _ context: LDContext, hasTimes: Bool) -> JSONValue
    func change(_ id: String, by patch: JSONObject, _ context: LDContext) async throws
    func remove(_ id: String) async throws
}

extension DocumentDoors {
    var doors: [NGSILDDoor] {
        let one = Self.path + "/{id}"
        return [
            NGSILDDoor(.post, Self.path, .write, create),
            NGSILDDoor(.get, Self.path, .write, list),
            NGSILDDoor(.get, one, .write, retrieve),
            NGSILDDoor(.patch, one, .write, update),
            NGSILDDoor(.delete, one, .write, delete),
        ]
    }

    @Sendable private func create(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try await keep(request, try await request.document())
        return NGSILDAnswer.created(at: "\(NGSILDPath.root)/\(Self.path)/\(id)")
    }

    @Sendable private func list(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let wantsCount = try request.flag("count") || request.options.contains("count")
        let paging = try NGSILDPaging(request, of: .documents, wantsCount: wantsCount)
        let found = try await page(request, context, paging)
        let hasTimes = try request.hasTimes()
        var response = answer.document(
            .array(found.page.map { json($0, context, hasTimes: hasTimes) }))
        paging.addLinks(
            to: &response, of: request,
            hasMore: paging.offset + paging.limit < found.count,
            count: wantsCount ? found.count : nil)
        return response
    }

    @Sendable private func retrieve(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let context = try request.linkedContext()
        let answer = try NGSILDAnswer(to: request.request, under: context)
        let stored = try await find(id)
        return answer.document(json(stored, context, hasTimes: try request.hasTimes()))
    }

    @Sendable private func update(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        let id = try request.uri("id")
        let document = try await request.document()
        guard let patch = document.json.object else {
            throw Problem.badRequest("a change is a JSON object", at: "/")
        }
        try await change(id, by: patch, document.context)
        return NGSILDAnswer.noContent
    }

    @Sendable private func delete(
        _ request: NGSILDRequest, _ source: String
    ) async throws -> Response {
        try await remove(try request.uri("id"))
        return NGSILDAnswer.noContent
    }
}

extension NGSILDRequest {
    /// Whether `createdAt` and `modifiedAt` are shown.
    func hasTimes() throws(Problem) -> Bool {
        if options.contains("sysAttrs") { return true }
        return try flag("sysAttrs")
    }

    /// - Throws: `Problem` unless the part of the path is an absolute URI.
    func uri(_ name: String) throws(Problem) -> String {
        let text = try pathText(name)
        guard EntityID.isURI(text) else {
            throw .badRequest("an id is an absolute URI", at: name)
        }
        return text
    }
}
