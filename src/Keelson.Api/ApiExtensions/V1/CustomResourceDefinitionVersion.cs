namespace Keelson.Api.ApiExtensions.V1;

/// <summary>One version of a custom resource.</summary>
[ApiType]
public sealed partial record CustomResourceDefinitionVersion
{
    /// <summary>Name of the version, such as v1 or v1beta1; part of the URL.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Whether the API offers this version.</summary>
    [Field(2, Emit = Emit.Always)] public bool Served { get; init; }

    /// <summary>Whether objects are written to storage in this version; exactly one version must say true.</summary>
    [Field(3, Emit = Emit.Always)] public bool Storage { get; init; }

    /// <summary>Whether clients using the version get a warning. Defaults to false.</summary>
    [Field(7)] public bool Deprecated { get; init; }

    /// <summary>Replaces the standard warning text; allowed only if deprecated is true.</summary>
    [Field(8)] public string? DeprecationWarning { get; init; }

    /// <summary>Schema used to validate, prune and default objects of the version.</summary>
    [Field(4)] public CustomResourceValidation? Schema { get; init; }

    /// <summary>Which of status and scale the version offers.</summary>
    [Field(5)] public CustomResourceSubresources? Subresources { get; init; }

    /// <summary>Columns to print besides the name. Unset shows the age only.</summary>
    [Field(6), Atomic] public ApiList<CustomResourceColumnDefinition> AdditionalPrinterColumns { get; init; }

    /// <summary>Fields usable in field selectors, besides metadata.name and metadata.namespace. At most 8.</summary>
    [Field(9), Atomic] public ApiList<SelectableField> SelectableFields { get; init; }
}

/// <summary>An extra column in the table that kubectl get prints.</summary>
[ApiType]
public sealed partial record CustomResourceColumnDefinition
{
    /// <summary>Heading of the column.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>OpenAPI type of the value: integer, number, string, boolean or date.</summary>
    [Field(2, Emit = Emit.Always)] public string Type { get; init; } = "";

    /// <summary>Refines the type: int32, int64, float, double, byte, date, date-time or password; name marks the main name column.</summary>
    [Field(3)] public string Format { get; init; } = "";

    /// <summary>What the column shows, for human readers.</summary>
    [Field(4)] public string Description { get; init; } = "";

    /// <summary>0 shows the column always; anything higher only in wide output.</summary>
    [Field(5)] public int Priority { get; init; }

    /// <summary>Simple JSON path into the object that yields the cell, such as .spec.size.</summary>
    [Field(6, Emit = Emit.Always)] public string JsonPath { get; init; } = "";
}

/// <summary>The subresources a custom resource offers.</summary>
[ApiType]
public sealed partial record CustomResourceSubresources
{
    /// <summary>
    /// Set to an empty object to offer status: main writes then ignore status, and status writes change nothing else but some
    /// metadata.
    /// </summary>
    [Field(1)] public CustomResourceSubresourceStatus? Status { get; init; }

    /// <summary>Set to offer the scale subresource, as used by kubectl scale and autoscalers.</summary>
    [Field(2)] public CustomResourceSubresourceScale? Scale { get; init; }
}

/// <summary>Maps the scale subresource to fields of the custom resource.</summary>
[ApiType]
public sealed partial record CustomResourceSubresourceScale
{
    /// <summary>JSON path below .spec holding the wanted replicas; plain dots only, no array notation.</summary>
    [Field(1, Emit = Emit.Always)] public string SpecReplicasPath { get; init; } = "";

    /// <summary>JSON path below .status holding the observed replicas; 0 is reported if it has no value.</summary>
    [Field(2, Emit = Emit.Always)] public string StatusReplicasPath { get; init; } = "";

    /// <summary>
    /// JSON path below .spec or .status of a string field holding the serialized label selector; needed by the
    /// HorizontalPodAutoscaler.
    /// </summary>
    [Field(3)] public string? LabelSelectorPath { get; init; }
}

/// <summary>Switches on the status subresource; it has no settings.</summary>
[ApiType]
public sealed partial record CustomResourceSubresourceStatus
{
}

/// <summary>Holds the schema of a custom resource version.</summary>
[ApiType]
public sealed partial record CustomResourceValidation
{
    /// <summary>The OpenAPI v3 schema; must be structural.</summary>
    [Field(1)] public JSONSchemaProps? OpenAPIV3Schema { get; init; }
}

/// <summary>One node of an OpenAPI v3 schema, with the extensions Kubernetes adds.</summary>
[ApiType]
public sealed partial record JSONSchemaProps
{
    /// <summary>Identifier from JSON Schema; not allowed in a structural schema.</summary>
    [Field(1)] public string Id { get; init; } = "";

    /// <summary>Which JSON Schema dialect the node is written in.</summary>
    [Field(2, Name = "$schema")] public string Schema { get; init; } = "";

    /// <summary>Reference to another schema; not allowed, schemas must be self-contained.</summary>
    [Field(3, Name = "$ref")] public string? Ref { get; init; }

    /// <summary>Text about the field, shown by kubectl explain.</summary>
    [Field(4)] public string Description { get; init; } = "";

    /// <summary>JSON type: object, array, string, integer, number or boolean.</summary>
    [Field(5)] public string Type { get; init; } = "";

    /// <summary>Refinement of the type, such as date-time, int64, byte or ipv4; formats the server does not know are ignored.</summary>
    [Field(6)] public string Format { get; init; } = "";

    /// <summary>Short heading of the field.</summary>
    [Field(7)] public string Title { get; init; } = "";

    /// <summary>Value filled in when the field is missing, on requests as well as on reads from storage; must satisfy the schema.</summary>
    [Field(8)] public RawJson? Default { get; init; }

    /// <summary>Largest number allowed.</summary>
    [Field(9)] public double? Maximum { get; init; }

    /// <summary>Whether maximum itself is already too large. Defaults to false.</summary>
    [Field(10)] public bool ExclusiveMaximum { get; init; }

    /// <summary>Smallest number allowed.</summary>
    [Field(11)] public double? Minimum { get; init; }

    /// <summary>Whether minimum itself is already too small. Defaults to false.</summary>
    [Field(12)] public bool ExclusiveMinimum { get; init; }

    /// <summary>Greatest length of a string, in characters.</summary>
    [Field(13)] public long? MaxLength { get; init; }

    /// <summary>Least length of a string, in characters.</summary>
    [Field(14)] public long? MinLength { get; init; }

    /// <summary>Regular expression the string must contain a match of; anchor it to test the whole.</summary>
    [Field(15)] public string Pattern { get; init; } = "";

    /// <summary>Greatest number of elements in an array.</summary>
    [Field(16)] public long? MaxItems { get; init; }

    /// <summary>Least number of elements in an array.</summary>
    [Field(17)] public long? MinItems { get; init; }

    /// <summary>Whether elements must differ; true is refused, use x-kubernetes-list-type set instead.</summary>
    [Field(18)] public bool UniqueItems { get; init; }

    /// <summary>The number must be an integral multiple of this.</summary>
    [Field(19)] public double? MultipleOf { get; init; }

    /// <summary>The only values allowed.</summary>
    [Field(20), Atomic] public ApiList<RawJson> Enum { get; init; }

    /// <summary>Greatest number of properties of an object.</summary>
    [Field(21)] public long? MaxProperties { get; init; }

    /// <summary>Least number of properties of an object.</summary>
    [Field(22)] public long? MinProperties { get; init; }

    /// <summary>Properties that must be present.</summary>
    [Field(23), Atomic] public ApiList<string> Required { get; init; }

    /// <summary>Schema of the elements of an array.</summary>
    [Field(24)] public JSONSchemaPropsOrArray? Items { get; init; }

    /// <summary>Schemas the value must satisfy all of; they may restrict values but not introduce fields or types.</summary>
    [Field(25), Atomic] public ApiList<JSONSchemaProps> AllOf { get; init; }

    /// <summary>Schemas of which the value must satisfy exactly one; they may not introduce fields or types.</summary>
    [Field(26), Atomic] public ApiList<JSONSchemaProps> OneOf { get; init; }

    /// <summary>Schemas of which the value must satisfy one or more; they may not introduce fields or types.</summary>
    [Field(27), Atomic] public ApiList<JSONSchemaProps> AnyOf { get; init; }

    /// <summary>Schema the value must not satisfy.</summary>
    [Field(28)] public JSONSchemaProps? Not { get; init; }

    /// <summary>Schemas of the named properties of an object.</summary>
    [Field(29)] public ApiMap<JSONSchemaProps> Properties { get; init; }

    /// <summary>Schema of all values of a free-form map; cannot be combined with properties.</summary>
    [Field(30)] public JSONSchemaPropsOrBool? AdditionalProperties { get; init; }

    /// <summary>Schemas by name pattern; not allowed in a structural schema.</summary>
    [Field(31)] public ApiMap<JSONSchemaProps> PatternProperties { get; init; }

    /// <summary>Properties demanded by the presence of others; not allowed in a structural schema.</summary>
    [Field(32)] public ApiMap<JSONSchemaPropsOrStringArray> Dependencies { get; init; }

    /// <summary>Schema of elements beyond the listed ones; not allowed in a structural schema.</summary>
    [Field(33)] public JSONSchemaPropsOrBool? AdditionalItems { get; init; }

    /// <summary>Reusable schemas; not allowed in a structural schema.</summary>
    [Field(34)] public ApiMap<JSONSchemaProps> Definitions { get; init; }

    /// <summary>Link to further documentation of the field.</summary>
    [Field(35)] public ExternalDocumentation? ExternalDocs { get; init; }

    /// <summary>A sample value, for documentation only.</summary>
    [Field(36)] public RawJson? Example { get; init; }

    /// <summary>Whether null is an allowed value. Defaults to false; a null is then refused, or replaced if the field has a default.</summary>
    [Field(37)] public bool Nullable { get; init; }

    /// <summary>
    /// Whether fields missing from the schema are kept instead of pruned, at this level; specified nested fields are pruned again.
    /// Only true may be set.
    /// </summary>
    [Field(38, Name = "x-kubernetes-preserve-unknown-fields")] public bool? XKubernetesPreserveUnknownFields { get; init; }

    /// <summary>Marks the object as a complete Kubernetes object, so that apiVersion, kind and metadata are required and validated.</summary>
    [Field(39, Name = "x-kubernetes-embedded-resource")] public bool XKubernetesEmbeddedResource { get; init; }

    /// <summary>Allows an integer or a string, as for ports and percentages; type must then be left out.</summary>
    [Field(40, Name = "x-kubernetes-int-or-string")] public bool XKubernetesIntOrString { get; init; }

    /// <summary>Fields that together identify an element, when x-kubernetes-list-type is map.</summary>
    [Field(41, Name = "x-kubernetes-list-map-keys"), Atomic] public ApiList<string> XKubernetesListMapKeys { get; init; }

    /// <summary>
    /// How the list is merged: atomic (default) is replaced as a whole, set holds unique scalars, map holds objects identified by
    /// keys.
    /// </summary>
    [Field(42, Name = "x-kubernetes-list-type")] public string? XKubernetesListType { get; init; }

    /// <summary>How the object is merged: granular (default) field by field, or atomic as a whole.</summary>
    [Field(43, Name = "x-kubernetes-map-type")] public string? XKubernetesMapType { get; init; }

    /// <summary>CEL rules the value must satisfy.</summary>
    [Field(44, Name = "x-kubernetes-validations"), ListMap("rule"), StrategicMerge("merge", Key = "rule")]
    public ApiList<ValidationRule> XKubernetesValidations { get; init; }
}

/// <summary>A link to further documentation.</summary>
[ApiType]
public sealed partial record ExternalDocumentation
{
    /// <summary>What is to be found behind the link.</summary>
    [Field(1)] public string Description { get; init; } = "";

    /// <summary>Address of the documentation.</summary>
    [Field(2)] public string Url { get; init; } = "";
}

/// <summary>A CEL rule attached to a node of a schema.</summary>
[ApiType]
public sealed partial record ValidationRule
{
    /// <summary>CEL expression over self that must be true. Using oldSelf makes it a transition rule, evaluated on updates only.</summary>
    [Field(1, Emit = Emit.Always)] public string Rule { get; init; } = "";

    /// <summary>Text on failure, without line breaks; required if the rule has some. Unset falls back to quoting the rule.</summary>
    [Field(2)] public string Message { get; init; } = "";

    /// <summary>CEL expression building the text; wins over message unless it fails or gives something unusable.</summary>
    [Field(3)] public string MessageExpression { get; init; } = "";

    /// <summary>Cause reported to the client: FieldValueInvalid (default), FieldValueForbidden, FieldValueRequired or FieldValueDuplicate.</summary>
    [Field(4), KnownValues(typeof(FieldValueErrorReason))] public string? Reason { get; init; }

    /// <summary>Path, relative to this node, of the field to blame, such as .spec.size; must exist in the schema. Defaults to the node.</summary>
    [Field(5)] public string FieldPath { get; init; } = "";

    /// <summary>True evaluates a transition rule on creation as well, with oldSelf being an optional that may be empty.</summary>
    [Field(6)] public bool? OptionalOldSelf { get; init; }
}

/// <summary>The values of FieldValueErrorReason that are known.</summary>
[Closed]
public static class FieldValueErrorReason
{
    public const string FieldValueDuplicate = "FieldValueDuplicate";
    public const string FieldValueForbidden = "FieldValueForbidden";
    public const string FieldValueInvalid = "FieldValueInvalid";
    public const string FieldValueRequired = "FieldValueRequired";
}

/// <summary>A field of a custom resource that field selectors may use.</summary>
[ApiType]
public sealed partial record SelectableField
{
    /// <summary>Simple path to a string, integer or boolean field, such as .spec.color; no arrays, and not within metadata.</summary>
    [Field(1, Emit = Emit.Always)] public string JsonPath { get; init; } = "";
}
