import CityKernel

/// Types that tables in the layouts of the 自治体標準オープンデータセット become.
extension TypeCatalogue {
    private static let publisher = LocalizedText(
        "公表する市の部署", easy: "市の 人", en: "The publishing section of the city")

    private static func facility(
        _ type: String, _ layout: String, easy: String, _ english: String,
        _ more: [AttributeDescription] = []
    ) -> TypeDescription {
        TypeDescription(
            type,
            summary: LocalizedText(
                "自治体標準オープンデータセット「\(layout)」の一行。", easy: easy,
                en: "A row of the municipal standard dataset: \(english)."),
            smartDataModel: "PointOfInterest", municipalLayout: layout, owner: publisher,
            attributes: [
                .init("name", .words, LocalizedText("名称", easy: "名前", en: "Name")),
                .init("address", .text, LocalizedText("所在地", easy: "ばしょ", en: "Address")),
                .init("telephone", .text, LocalizedText("電話番号", easy: "でんわ", en: "Telephone")),
                .init("location", .place, LocalizedText("位置", easy: "ばしょ", en: "Position")),
            ] + more)
    }

    private static func count(
        _ name: String, _ japanese: String, _ english: String
    ) -> AttributeDescription {
        .init(name, .number(0...10_000_000), LocalizedText(japanese, en: english))
    }

    static let municipal: [TypeDescription] = [
        facility("PublicFacility", "公共施設一覧", easy: "みんなの たてものです。", "public facilities"),
        facility(
            "EvacuationSite", "指定緊急避難場所一覧", easy: "にげる 場所です。", "evacuation sites",
            [count("capacity", "想定収容人数", "Capacity")]),
        facility(
            "EvacuationShelter", "指定避難所一覧", easy: "にげて くらす 場所です。", "evacuation shelters",
            [count("capacity", "想定収容人数", "Capacity")]),
        facility("AED", "AED設置箇所一覧", easy: "AED の 場所です。", "defibrillators"),
        facility("TouristFacility", "観光施設一覧", easy: "見に 行く 場所です。", "tourist facilities"),
        facility("CulturalProperty", "文化財一覧", easy: "むかしから ある ものです。", "cultural properties"),
        facility("PublicWiFi", "公衆無線LANアクセスポイント一覧", easy: "Wi-Fi の 場所です。", "public Wi-Fi"),
        facility("PublicToilet", "公衆トイレ一覧", easy: "トイレです。", "public toilets"),
        facility("FireWater", "消防水利施設一覧", easy: "火を けす 水です。", "water for fire fighting"),
        facility(
            "ChildcareFacility", "子育て施設一覧", easy: "子どもの ための 場所です。", "childcare facilities",
            [count("capacity", "収容定員", "Capacity")]),
        facility(
            "MedicalInstitution", "医療機関一覧", easy: "びょういんです。", "medical institutions",
            [count("beds", "病床数", "Beds")]),
        facility("CareService", "介護サービス事業所一覧", easy: "かいごの 場所です。", "care services"),
        TypeDescription(
            "Event",
            summary: LocalizedText(
                "自治体標準オープンデータセット「イベント一覧」の一行。", easy: "市の イベントです。",
                en: "A row of the municipal standard dataset: events."),
            smartDataModel: "Event", municipalLayout: "イベント一覧", owner: publisher,
            attributes: [
                .init("name", .words, LocalizedText("名称", easy: "名前", en: "Name")),
                .init("placeName", .text, LocalizedText("場所", easy: "ばしょ", en: "Place")),
            ]),
        TypeDescription(
            "Population",
            summary: LocalizedText(
                "自治体標準オープンデータセット「地域・年齢別人口」の一行。", easy: "人の 数です。",
                en: "A row of the municipal standard dataset: population by area and age."),
            municipalLayout: "地域・年齢別人口", owner: publisher,
            attributes: [
                count("total", "総人口", "Population"), count("men", "男性", "Men"),
                count("women", "女性", "Women"),
            ]),
        TypeDescription(
            "OpenDataset",
            summary: LocalizedText(
                "自治体標準オープンデータセット「オープンデータ一覧」の一行。", easy: "市の データの 一覧です。",
                en: "A row of the municipal standard dataset: open data."),
            municipalLayout: "オープンデータ一覧", owner: publisher,
            attributes: [
                .init("name", .words, LocalizedText("名称", easy: "名前", en: "Name")),
                .init("url", .text, LocalizedText("URL", en: "URL")),
            ]),
    ]
}
