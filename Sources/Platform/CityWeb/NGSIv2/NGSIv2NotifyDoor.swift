import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird

/// `/v2/op/notify`: the city as the receiver of another broker's notifications, whose entities it
/// takes over.
struct NGSIv2NotifyDoor: NGSIv2Doors {
    var doors: [NGSIv2Door] { [NGSIv2Door(.post, "op/notify", .write, notify)] }

    @Sendable private func notify(_ request: NGSIv2Request) async throws -> Response {
        let document = try await request.object()
        guard document["subscriptionId"]?.string?.isEmpty == false else {
            throw Problem.badRequest("subscriptionId is missing", at: "/subscriptionId")
        }
        guard let list = document["data"]?.array, !list.isEmpty else {
            throw Problem.badRequest("empty data vector", at: "/data")
        }
        guard list.count <= NGSILDRequest.batchMax else {
            throw Problem(
                .tooLarge, title: "The notification is too large",
                detail: "A notification has at most \(NGSILDRequest.batchMax) entities.")
        }
        let format = HTTPField.Name("Ngsiv2-AttrsFormat").flatMap { request.request.headers[$0] }
        let isKeyValues = request.isKeyValues || (format ?? "").lowercased() == "keyvalues"
        let codec = NGSIv2Codec(isKeyValues: isKeyValues)
        var read: [Entity] = []
        for json in list { read.append(try codec.entity(json, scopes: request.scopes)) }
        let entities = read
        try await request.broker.write(source: request.source) { work in
            for entity in entities {
                if try work.entity(entity.id) == nil {
                    try work.create(entity)
                } else {
                    try NGSIv2Edit(work: work, id: entity.id).append(entity.attributes)
                }
            }
        }
        return Response(status: .ok)
    }
}
