using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Client.Transport;

namespace Keelson.Client.Resources;

public sealed partial class ResourceClient<T>
{
    private string All() => ResourcePath.Of(Resource, Namespace);

    private string One(string name, string? subresource = null) => ResourcePath.Of(Resource, Needed(Namespace), name, subresource);

    private string? Needed(string? inNamespace) => Resource.IsNamespaced && string.IsNullOrEmpty(inNamespace)
        ? throw new InvalidOperationException($"{Resource} live in a namespace: say which one with In(...).")
        : inNamespace;

    private string? Place(T value)
    {
        if (!Resource.IsNamespaced) return null;
        var own = _form.Namespace(value);
        if (Namespace is not null && own.Length > 0 && own != Namespace)
        {
            throw new ArgumentException($"The object is in the namespace {own}, the client in {Namespace}.", nameof(value));
        }

        return Needed(Namespace ?? own);
    }

    private Task<T> ReplaceAsync(T value, string? subresource, WriteOptions? options, CancellationToken cancel)
    {
        var path = ResourcePath.Of(Resource, Place(value), _form.Name(value), subresource);
        return _transport.SendAsync(WriteCall(HttpMethod.Put, path, value, options), _form.Decode, cancel);
    }

    private async Task<TAnswer> SendSubresourceAsync<TBody, TAnswer>(
        HttpMethod method, string name, string subresource, TBody body, WriteOptions? options, CancellationToken cancel)
        where TBody : class, IKind<TBody>
        where TAnswer : class, IKind<TAnswer>
    {
        var isProtobuf = Options.UseProtobuf;
        var call = new ApiCall(method, Write(new QueryText(One(name, subresource)), options).ToString())
        {
            Body = isProtobuf ? ApiProtobuf.Encode(body) : ApiJson.Encode(body),
            ContentType = isProtobuf ? MediaTypes.Protobuf : MediaTypes.Json,
            Accept = Negotiate("", true),
        };
        return await _transport.SendAsync(
            call, static (answer, isProtobuf) => isProtobuf ? ApiProtobuf.Decode<TAnswer>(answer) : ApiJson.Decode<TAnswer>(answer), cancel).ConfigureAwait(false);
    }

    private static QueryText Select(QueryText text, Selection? selection) => text
        .Add("labelSelector", selection?.Labels?.ToString())
        .Add("fieldSelector", selection?.Fields?.ToString());

    private static QueryText Write(QueryText text, WriteOptions? options) => options is null ? text : text
        .Add("dryRun", options.DryRun ? "All" : null)
        .Add("fieldManager", options.FieldManager)
        .Add("fieldValidation", options.FieldValidation);

    private ApiCall ReadCall(QueryText text, string accept, bool isWatch = false) =>
        new(HttpMethod.Get, text.ToString()) { Accept = Accept(accept, isWatch), IsStream = isWatch };

    private ApiCall WriteCall(HttpMethod method, string path, T value, WriteOptions? options)
    {
        var isProtobuf = Options.UseProtobuf && _form.SpeaksProtobuf;
        return new ApiCall(method, Write(new QueryText(path), options).ToString())
        {
            Body = _form.Encode(value, Resource, isProtobuf),
            ContentType = isProtobuf ? MediaTypes.Protobuf : MediaTypes.Json,
            Accept = Accept(_form.AcceptObject),
        };
    }

    private ApiCall DeleteCall(string pathAndQuery, DeleteOptions? options)
    {
        var call = new ApiCall(HttpMethod.Delete, pathAndQuery);
        return options is null ? call : call with { Body = ApiJson.Encode(options), ContentType = MediaTypes.Json };
    }

    private string Accept(string parameters, bool isWatch = false) => Negotiate(parameters, _form.SpeaksProtobuf, isWatch);

    private string Negotiate(string parameters, bool speaksProtobuf, bool isWatch = false)
    {
        var json = parameters.Length == 0 ? MediaTypes.Json : $"{MediaTypes.Json}{parameters},{MediaTypes.Json}";
        if (!Options.UseProtobuf || !speaksProtobuf) return json;
        return $"{MediaTypes.Protobuf}{parameters}{(isWatch ? ";stream=watch" : "")},{json}";
    }
}
