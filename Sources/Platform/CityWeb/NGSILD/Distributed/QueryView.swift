import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// How somebody who queries wants to see the entities, wherever they come from.
struct QueryView {
    var query: EntityQuery
    private let request: NGSILDRequest
    private let selection: EntitySelection
    private let answer: NGSILDAnswer
    private let paging: NGSILDPaging
    private let wantsCount: Bool

    /// - Parameter document: the query of a POST.
    init(_ request: NGSILDRequest, _ document: NGSILDRequest.Document?) throws(Problem) {
        self.request = request
        let context: LDContext
        if let document {
            context = document.context
        } else {
            context = try request.linkedContext()
        }
        answer = try NGSILDAnswer(
            to: request.request, under: context, offers: [.json, .jsonLD, .geoJSON])
        try answer.checkGeometryProperty(request)
        var input = try SelectionInput(request, context)
        if let document { try input.read(document.json, context) }
        selection = try EntitySelection(input, request, context)
        try selection.refuseUnlimited()
        query = selection.query
        wantsCount = try request.flag("count") || request.options.contains("count")
        paging = try NGSILDPaging(request, wantsCount: wantsCount)
    }

    /// How many entities of each holder are needed to cut the page.
    var limit: Int {
        wantsCount
            ? QueryDistribution.entitiesPerSourceMax
            : min(paging.offset + paging.limit + 1, QueryDistribution.entitiesPerSourceMax)
    }

    /// - Parameter entities: all that were found, in order of id.
    func answer(
        _ entities: [Entity], _ broker: Broker, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let page = entities.dropFirst(paging.offset).prefix(paging.limit)
        var response = answer.document(
            try await selection.form.document(of: page, answer, broker), status: status)
        paging.addLinks(
            to: &response, of: request,
            hasMore: paging.offset + paging.limit < entities.count,
            count: wantsCount ? entities.count : nil)
        return response
    }
}
