namespace Keelson.Api.OpenApi;

/// <summary>The two versions of OpenAPI that clients ask for.</summary>
internal enum Dialect { Version2, Version3 }
