import CityBroker
import CityKernel

/// Which entities a request asks for, and how they are shown; checked.
struct EntitySelection {
    var query = EntityQuery()
    let form: EntityForm
    private let input: SelectionInput

    init(_ request: NGSILDRequest, _ context: LDContext) throws(Problem) {
        try self.init(SelectionInput(request, context), request, context)
    }

    init(
        _ input: SelectionInput, _ request: NGSILDRequest, _ context: LDContext
    ) throws(Problem) {
        self.input = input
        form = try EntityForm(input, request, context)
        query = try input.query(form.attributes, context)
        query.order = try Self.order(input, context)
        try form.checkLinks(depth: query.filter?.linkDepth ?? 0, at: "q")
        if input.isAnyType, input.isLocal == false {
            throw .badRequest("type=* is answered locally", at: "local")
        }
    }

    private static func order(
        _ input: SelectionInput, _ context: LDContext
    ) throws(Problem) -> [EntityOrder] {
        var reference: Geometry?
        if let coordinates = input.orderFrom {
            do {
                reference = try Geometry(
                    type: input.orderGeometry ?? "Point", coordinates: coordinates)
            } catch {
                throw .badRequest(error.message, at: "orderFrom")
            }
        }
        return try EntityOrder.parse(
            input.orderBy, from: reference, collation: input.collation, context)
    }

    /// Somebody who asks for everything has forgotten something (§5.7.2.4).
    func refuseUnlimited() throws(Problem) {
        try input.refuseUnlimited(query)
    }

    /// A purge knows no entities behind others (§5.6.21.4).
    func refuseLinks() throws(Problem) {
        guard query.filter?.linkDepth ?? 0 == 0, input.join == nil else {
            throw .badRequest("entities behind relationships cannot be purged", at: "q")
        }
    }
}
