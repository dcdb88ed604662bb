import CityKernel

/// Types that vendors bring, under the names of the Smart Data Models and with their attributes.
extension TypeCatalogue {
    private static let vendor = LocalizedText(
        "データを送る事業者・部署", easy: "データを おくる 人", en: "Whoever sends the data")
    private static let weatherOffice = LocalizedText(
        "気象庁ほか観測者", easy: "天気を はかる 人", en: "JMA and other observers")
    private static let roadSection = LocalizedText(
        "道路・施設の管理者", easy: "道や たてものを まもる 人", en: "Managers of roads and facilities")

    private static let name = AttributeDescription(
        "name", .words, LocalizedText("名前", easy: "名前", en: "Name"))
    private static let location = AttributeDescription(
        "location", .place, LocalizedText("位置", easy: "ばしょ", en: "Position"))
    private static let dateObserved = AttributeDescription(
        "dateObserved", .time, LocalizedText("観測時刻", easy: "はかった 時間", en: "Observed at"))

    private static func number(
        _ name: String, _ range: ClosedRange<Double>, _ unit: String?, _ japanese: String,
        easy: String? = nil, _ english: String
    ) -> AttributeDescription {
        AttributeDescription(
            name, .number(range), LocalizedText(japanese, easy: easy, en: english), unitCode: unit)
    }

    private static func choice(
        _ name: String, _ words: [String], _ japanese: String, _ english: String
    ) -> AttributeDescription {
        AttributeDescription(name, .choice(words), LocalizedText(japanese, en: english))
    }

    static let shared: [TypeDescription] = observations + things + municipal

    // MARK: - Observations

    private static let observations: [TypeDescription] = [
        TypeDescription(
            "WeatherObserved",
            summary: LocalizedText(
                "気象の観測。気温、雨量、風など。", easy: "天気を はかった 数です。",
                en: "Weather as observed: temperature, rain, wind."),
            smartDataModel: "WeatherObserved", owner: weatherOffice,
            attributes: [
                number("temperature", -90...60, "CEL", "気温", easy: "あつさ", "Air temperature"),
                number("relativeHumidity", 0...100, nil, "湿度", easy: "しめりけ", "Humidity"),
                number("precipitation", 0...2_000, "MMT", "雨量", easy: "あめ", "Precipitation"),
                number("windSpeed", 0...150, "MTS", "風速", easy: "かぜ", "Wind speed"),
                number("windDirection", 0...360, "DD", "風向", easy: "かぜの むき", "Wind direction"),
                number("atmosphericPressure", 500...1_100, "A97", "気圧", "Air pressure"),
                number("snowDepth", 0...2_000, "CMT", "積雪", easy: "ゆき", "Depth of snow"),
                dateObserved, name, location,
            ]),
        TypeDescription(
            "WaterObserved",
            summary: LocalizedText(
                "水の観測。水位、流量、水温。川の段階には WaterLevelObserved を使う。",
                easy: "水を はかった 数です。",
                en: "Water as observed; the river's stage follows WaterLevelObserved."),
            smartDataModel: "WaterObserved", owner: riverOffice,
            attributes: [
                number("level", -100...1_000, "MTR", "水位", easy: "水の 高さ", "Level"),
                number("flow", 0...100_000, "MQS", "流量", "Flow"),
                number("temperature", -5...60, "CEL", "水温", "Water temperature"),
                dateObserved, name, location,
            ]),
        TypeDescription(
            "FloodMonitoring",
            summary: LocalizedText(
                "浸水の監視。その場所の水の深さと警戒の度合い。", easy: "水が たまった 深さです。",
                en: "Flooding at a place: depth and level of alert."),
            smartDataModel: "FloodMonitoring", owner: disasterSection,
            attributes: [
                number("currentLevel", -100...1_000, "MTR", "いまの水位", "Present level"),
                number("alertLevel", -100...1_000, "MTR", "警戒水位", "Level of alert"),
                number("dangerLevel", -100...1_000, "MTR", "危険水位", "Level of danger"),
                dateObserved, name, location,
            ]),
        TypeDescription(
            "AirQualityObserved",
            summary: LocalizedText(
                "空気のよごれの観測。", easy: "空気の よごれです。", en: "Air quality as observed."),
            smartDataModel: "AirQualityObserved", owner: weatherOffice,
            attributes: [
                number("pm25", 0...2_000, "GQ", "PM2.5", "PM2.5"),
                number("pm10", 0...5_000, "GQ", "PM10", "PM10"),
                number("co2", 0...50_000, "59", "二酸化炭素", "Carbon dioxide"),
                dateObserved, name, location,
            ]),
        TypeDescription(
            "Alert",
            summary: LocalizedText(
                "注意・警報・事故などの知らせ。", easy: "あぶない ことの しらせです。",
                en: "A warning or incident."),
            smartDataModel: "Alert", owner: disasterSection,
            attributes: [
                AttributeDescription(
                    "category", .text, LocalizedText("分類", en: "Category"), isRequired: true),
                AttributeDescription("subCategory", .text, LocalizedText("細分", en: "Subcategory")),
                choice(
                    "severity", ["informational", "low", "medium", "high", "critical"], "重さ",
                    "Severity"),
                AttributeDescription(
                    "description", .words, LocalizedText("説明", easy: "せつめい", en: "Description")),
                AttributeDescription("dateIssued", .time, LocalizedText("発表時刻", en: "Issued at")),
                AttributeDescription("validTo", .time, LocalizedText("終わり", en: "Valid until")),
                AttributeDescription("alertSource", .text, LocalizedText("発表者", en: "Source")),
                location,
            ]),
    ]

    // MARK: - Things

    private static let things: [TypeDescription] = [
        TypeDescription(
            "Device",
            summary: LocalizedText(
                "センサーや機器。電池、電波、最後の通信。", easy: "きかいの ようすです。",
                en: "A sensor or machine: battery, signal, last contact."),
            smartDataModel: "Device", owner: vendor,
            attributes: [
                AttributeDescription(
                    "serialNumber", .text, LocalizedText("製造番号", en: "Serial number")),
                number("batteryLevel", -1...100, nil, "電池", easy: "でんち", "Battery"),
                number("rssi", -200...50, "DBM", "電波の強さ", "Signal strength"),
                AttributeDescription("deviceState", .text, LocalizedText("状態", en: "State")),
                AttributeDescription(
                    "dateLastValueReported", .time, LocalizedText("最後の通信", en: "Last report")),
                name, location,
            ]),
        TypeDescription(
            "Streetlight",
            summary: LocalizedText("街路灯。点灯と電力。", easy: "道の あかりです。", en: "A street light."),
            smartDataModel: "Streetlight", owner: roadSection,
            attributes: [
                choice("powerState", ["on", "off", "low", "bootingUp"], "点灯", "Power state"),
                choice(
                    "status", ["ok", "defectiveLamp", "columnIssue", "brokenLantern"], "状態", "State"
                ),
                number("illuminanceLevel", 0...1, nil, "明るさ (0…1)", "Brightness, 0 to 1"),
                number("powerConsumption", 0...100_000, "WTT", "電力", "Power"),
                name, location,
            ]),
        TypeDescription(
            "ParkingSpot",
            summary: LocalizedText(
                "駐車ます一つの空き。", easy: "車を とめる ところが あいて いるか です。",
                en: "One parking spot: free or not."),
            smartDataModel: "ParkingSpot", owner: roadSection,
            attributes: [
                AttributeDescription(
                    "status", .choice(["free", "occupied", "closed", "unknown"]),
                    LocalizedText("空き", easy: "あいて いるか", en: "State"), isRequired: true),
                AttributeDescription(
                    "refParkingSite", .reference, LocalizedText("駐車場", en: "Parking site")),
                name, location,
            ]),
        TypeDescription(
            "OffStreetParking",
            summary: LocalizedText(
                "駐車場の空き台数。", easy: "車を とめる 場所です。", en: "A car park and its free spots."),
            smartDataModel: "OffStreetParking", owner: roadSection,
            attributes: [
                number("totalSpotNumber", 0...100_000, nil, "台数", "Spots"),
                number("availableSpotNumber", 0...100_000, nil, "空き台数", "Free spots"),
                name, location,
            ]),
        TypeDescription(
            "Vehicle",
            summary: LocalizedText(
                "車両の位置と状態。人が乗る車は個人を示しうる。", easy: "車の ばしょです。だれか わかる ことが あります。",
                en:
                    "Position and state of a vehicle; one that somebody drives may tell of a person."
            ),
            smartDataModel: "Vehicle", owner: vendor, isPersonal: true,
            attributes: [
                AttributeDescription(
                    "vehicleType", .text, LocalizedText("車種", en: "Kind"), isRequired: true),
                number("speed", -1...1_000, "KMH", "速さ", "Speed"),
                number("heading", -1...360, "DD", "向き", "Heading"),
                AttributeDescription("serviceStatus", .text, LocalizedText("運行", en: "Service")),
                name, location,
            ]),
        TypeDescription(
            "PointOfInterest",
            summary: LocalizedText(
                "地図に載せる場所。自治体標準オープンデータセットの施設はこの型も持つ。",
                easy: "地図の 場所です。",
                en: "A place on the map; municipal facilities have this type too."),
            smartDataModel: "PointOfInterest", owner: vendor,
            attributes: [
                AttributeDescription("category", .document, LocalizedText("分類", en: "Category")),
                AttributeDescription("address", .document, LocalizedText("住所", en: "Address")),
                AttributeDescription(
                    "description", .words, LocalizedText("説明", en: "Description")),
                name, location,
            ]),
    ]
}
