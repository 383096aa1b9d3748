using Keelson.Api;
using Keelson.Api.Autoscaling.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Transport;

namespace Keelson.Client.Resources;

/// <summary>Reads, writes and watches the objects of one resource, in one namespace or in all.</summary>
/// <typeparam name="T">A declared type, MapValue for any kind, or PartialObjectMetadata.</typeparam>
public sealed partial class ResourceClient<T>
    where T : class
{
    private readonly ApiTransport _transport;
    private readonly ObjectForm<T> _form;

    internal ResourceClient(ApiTransport transport, ApiResource resource, ObjectForm<T> form, string? inNamespace)
    {
        _transport = transport;
        _form = form;
        Resource = resource;
        Namespace = inNamespace;
    }

    public ApiResource Resource { get; }

    /// <summary>The namespace, or null for all of them and for cluster-wide kinds.</summary>
    public string? Namespace { get; }

    internal ObjectForm<T> Form => _form;

    internal ApiClientOptions Options => _transport.Options;

    /// <summary>The same resource in one namespace; what is cluster-wide stays so.</summary>
    public ResourceClient<T> In(string? inNamespace) => new(_transport, Resource, _form, string.IsNullOrEmpty(inNamespace) ? null : inNamespace);

    /// <summary>Reads an object.</summary>
    /// <exception cref="ApiException">There is none (IsNotFound), or the server refuses.</exception>
    public Task<T> GetAsync(string name, CancellationToken cancel = default) => GetAsync(name, null, cancel);

    public Task<T> GetAsync(ObjectKey key, CancellationToken cancel = default) => In(key.Namespace).GetAsync(key.Name, null, cancel);

    /// <summary>Reads an object, from the server's cache with resourceVersion "0".</summary>
    public Task<T> GetAsync(string name, string? resourceVersion, CancellationToken cancel) =>
        _transport.SendAsync(ReadCall(new QueryText(One(name)).Add("resourceVersion", resourceVersion), _form.AcceptObject), _form.Decode, cancel);

    /// <summary>Reads an object, or null where there is none.</summary>
    public async Task<T?> FindAsync(string name, CancellationToken cancel = default)
    {
        try
        {
            return await GetAsync(name, cancel).ConfigureAwait(false);
        }
        catch (ApiException none) when (none.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Lists objects: one page where the query has a limit, else all.</summary>
    public Task<ObjectList<T>> ListAsync(ListQuery? query = null, CancellationToken cancel = default)
    {
        query ??= new ListQuery();
        var text = Select(new QueryText(All()), query)
            .Add("resourceVersion", query.ResourceVersion)
            .Add("resourceVersionMatch", query.ResourceVersionMatch)
            .Add("limit", query.Limit)
            .Add("continue", query.Continue);
        return _transport.SendAsync(ReadCall(text, _form.AcceptList), _form.DecodeList, cancel);
    }

    /// <summary>Walks through all objects, page by page.</summary>
    public async IAsyncEnumerable<T> EnumerateAsync(ListQuery? query = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        query ??= new ListQuery();
        query = query with { Limit = query.Limit ?? 500 };
        while (true)
        {
            var page = await ListAsync(query, cancel).ConfigureAwait(false);
            foreach (var item in page.Items) yield return item;
            if (page.Continue.Length == 0) yield break;
            query = query with { Continue = page.Continue, ResourceVersion = null, ResourceVersionMatch = null };
        }
    }

    /// <summary>Creates an object, in its own namespace unless the client is in one.</summary>
    public Task<T> CreateAsync(T value, WriteOptions? options = null, CancellationToken cancel = default)
    {
        var path = ResourcePath.Of(Resource, Place(value));
        return _transport.SendAsync(WriteCall(HttpMethod.Post, path, value, options), _form.Decode, cancel);
    }

    /// <summary>Replaces an object; with a resourceVersion only if it is still that version.</summary>
    public Task<T> UpdateAsync(T value, WriteOptions? options = null, CancellationToken cancel = default) => ReplaceAsync(value, null, options, cancel);

    /// <summary>Replaces an object's status and nothing else of it.</summary>
    public Task<T> UpdateStatusAsync(T value, WriteOptions? options = null, CancellationToken cancel = default) => ReplaceAsync(value, "status", options, cancel);

    /// <summary>Replaces what a subresource governs of an object, such as a namespace's finalizers by "finalize".</summary>
    public Task<T> UpdateSubresourceAsync(T value, string subresource, WriteOptions? options = null, CancellationToken cancel = default) =>
        ReplaceAsync(value, subresource, options, cancel);

    /// <summary>Changes an object, or a subresource of it such as "status".</summary>
    public Task<T> PatchAsync(string name, PatchBody patch, WriteOptions? options = null, string? subresource = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        if (patch.IsApply && string.IsNullOrEmpty(options?.FieldManager)) throw new ArgumentException("An apply needs a field manager.", nameof(options));
        var text = Write(new QueryText(ResourcePath.Of(Resource, Needed(Namespace), name, subresource)), options).Add("force", options?.Force ?? false);
        return _transport.SendAsync(
            new ApiCall(HttpMethod.Patch, text.ToString()) { Body = patch.Document, ContentType = patch.ContentType, Accept = Accept(_form.AcceptObject) }, _form.Decode, cancel);
    }

    /// <summary>Server-side apply: sets the fields that the value has, owned by the manager; creates the object where there is none.</summary>
    public Task<T> ApplyAsync(T value, string fieldManager, bool force = false, string? subresource = null, CancellationToken cancel = default)
    {
        var body = PatchBody.Apply(_form.Encode(value, Resource, isProtobuf: false));
        return In(Place(value)).PatchAsync(_form.Name(value), body, new WriteOptions { FieldManager = fieldManager, Force = force }, subresource, cancel);
    }

    /// <summary>Deletes an object, or begins to where it has finalizers or a grace period.</summary>
    public Task DeleteAsync(string name, DeleteOptions? options = null, CancellationToken cancel = default) =>
        _transport.SendAsync(DeleteCall(One(name), options), static (_, _) => true, cancel);

    public Task DeleteAsync(ObjectKey key, DeleteOptions? options = null, CancellationToken cancel = default) => In(key.Namespace).DeleteAsync(key.Name, options, cancel);

    /// <summary>Deletes every object that the selection matches; in a namespace, or of a cluster-wide kind.</summary>
    public Task DeleteCollectionAsync(Selection? selection = null, DeleteOptions? options = null, CancellationToken cancel = default)
    {
        var path = ResourcePath.Of(Resource, Needed(Namespace));
        return _transport.SendAsync(DeleteCall(Select(new QueryText(path), selection).ToString(), options), static (_, _) => true, cancel);
    }

    /// <summary>Watches until the server ends the stream; the caller watches again from the last version.</summary>
    /// <exception cref="ApiException">The server refuses, or ends the watch with an error, such as IsGone for a version that is too old.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchQuery? query = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        query ??= new WatchQuery();
        var text = Select(new QueryText(All()).Add("watch", true), query)
            .Add("resourceVersion", query.ResourceVersion)
            .Add("resourceVersionMatch", query.ResourceVersionMatch)
            .Add("sendInitialEvents", query.SendInitialEvents switch { true => "true", false => "false", null => null })
            .Add("allowWatchBookmarks", query.AllowBookmarks)
            .Add("timeoutSeconds", query.Timeout is { } timeout ? (long)Math.Ceiling(timeout.TotalSeconds) : null);
        using var response = await _transport.OpenAsync(ReadCall(text, _form.AcceptObject, isWatch: true), cancel).ConfigureAwait(false);
        var isProtobuf = MediaTypes.IsProtobuf(response.Content.Headers);
        var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var frames = new FrameReader(stream, isProtobuf, Options.WatchEventLimit);
            while (await frames.NextAsync(cancel).ConfigureAwait(false) is { } frame)
            {
                yield return WatchEvent<T>.Read(frame.Span, isProtobuf, _form);
            }
        }
    }

    /// <summary>Reads how many replicas a workload has and should have.</summary>
    public Task<Scale> GetScaleAsync(string name, CancellationToken cancel = default) =>
        _transport.SendAsync(new ApiCall(HttpMethod.Get, One(name, "scale")) { Accept = Negotiate("", true) }, TypedForm<Scale>.Instance.Decode, cancel);

    /// <summary>Sets how many replicas a workload should have.</summary>
    public Task<Scale> UpdateScaleAsync(string name, Scale scale, WriteOptions? options = null, CancellationToken cancel = default) =>
        SendSubresourceAsync<Scale, Scale>(HttpMethod.Put, name, "scale", scale, options, cancel);

    /// <summary>Posts an object of another kind to a subresource: binding, eviction, token and others.</summary>
    public Task<TAnswer> CreateSubresourceAsync<TBody, TAnswer>(string name, string subresource, TBody body, WriteOptions? options = null, CancellationToken cancel = default)
        where TBody : class, IKind<TBody>
        where TAnswer : class, IKind<TAnswer> => SendSubresourceAsync<TBody, TAnswer>(HttpMethod.Post, name, subresource, body, options, cancel);

    /// <summary>Opens what a subresource streams as it is, such as a log. Disposing the stream ends it.</summary>
    internal async Task<Stream> OpenStreamAsync(string name, string subresource, Func<QueryText, QueryText> parameters, CancellationToken cancel)
    {
        var text = parameters(new QueryText(One(name, subresource)));
        var response = await _transport.OpenAsync(new ApiCall(HttpMethod.Get, text.ToString()) { Accept = "*/*", IsStream = true }, cancel).ConfigureAwait(false);
        return new AnswerStream(response, await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false));
    }
}
