// What a program with @kubernetes/client-node does, step by step; each step that holds is named on a line of its own.
import assert from 'node:assert/strict';
import * as k8s from '@kubernetes/client-node';

const config = new k8s.KubeConfig();
config.loadFromFile(process.argv[2]);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);
const namespace = 'default';
const deadline = 30_000;
const done = (step) => console.log(`done ${step}`);
const map = (name, data, labels) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data });
const as = (type) => k8s.setHeaderOptions('Content-Type', type);

// Resolves with the first value that is not undefined, or fails after a while.
function eventually(look, what) {
  const start = Date.now();
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      const found = look();
      if (found === undefined && Date.now() - start < deadline) return;
      clearInterval(timer);
      found === undefined ? reject(new Error(`in vain: ${what}`)) : resolve(found);
    }, 20);
  });
}

async function objectsAreCreatedReadChangedAndDeleted() {
  const created = await core.createNamespacedConfigMap({ namespace, body: map('a', { k: '1' }) });
  assert.ok(created.metadata.uid);
  assert.ok(created.metadata.creationTimestamp instanceof Date);
  await assert.rejects(core.createNamespacedConfigMap({ namespace, body: map('a') }), (error) => error.code === 409 && /already exists/.test(error.body));
  const read = await core.readNamespacedConfigMap({ name: 'a', namespace });
  assert.deepEqual(read.data, { k: '1' });
  read.data.k = '2';
  const replaced = await core.replaceNamespacedConfigMap({ name: 'a', namespace, body: read });
  assert.equal(replaced.data.k, '2');
  await assert.rejects(core.replaceNamespacedConfigMap({ name: 'a', namespace, body: read }), (error) => error.code === 409);
  const dry = await core.createNamespacedConfigMap({ namespace, body: map('dry'), dryRun: 'All' });
  assert.equal(dry.metadata.name, 'dry');
  await assert.rejects(core.readNamespacedConfigMap({ name: 'dry', namespace }), (error) => error.code === 404);
  await core.deleteNamespacedConfigMap({ name: 'a', namespace });
  await assert.rejects(core.readNamespacedConfigMap({ name: 'a', namespace }), (error) => error.code === 404 && JSON.parse(error.body).reason === 'NotFound');
  done('crud');
}

async function patchesOfEveryKindAreTaken() {
  const container = (name, image) => ({ name, image });
  await apps.createNamespacedDeployment({
    namespace,
    body: { metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container('c', 'i')] } } } },
  });
  const patch = (body, type) => apps.patchNamespacedDeployment({ name: 'web', namespace, body, fieldManager: 'script' }, as(type));
  let web = await patch({ spec: { template: { spec: { containers: [container('d', 'j')] } } } }, k8s.PatchStrategy.StrategicMergePatch);
  assert.deepEqual(web.spec.template.spec.containers.map((one) => one.name).sort(), ['c', 'd']);
  web = await patch({ spec: { replicas: 2 } }, k8s.PatchStrategy.MergePatch);
  assert.equal(web.spec.replicas, 2);
  web = await patch([{ op: 'replace', path: '/spec/replicas', value: 3 }], k8s.PatchStrategy.JsonPatch);
  assert.equal(web.spec.replicas, 3);
  const scale = await apps.readNamespacedDeploymentScale({ name: 'web', namespace });
  scale.spec.replicas = 4;
  await apps.replaceNamespacedDeploymentScale({ name: 'web', namespace, body: scale });
  web = await apps.readNamespacedDeployment({ name: 'web', namespace });
  assert.equal(web.spec.replicas, 4);
  assert.equal(web.status.observedGeneration, undefined);
  done('patches');
}

async function appliesKeepOwnersApart() {
  const apply = (manager, data, force) => core.patchNamespacedConfigMap({ name: 'applied', namespace, body: map('applied', data), fieldManager: manager, force }, as(k8s.PatchStrategy.ServerSideApply));
  const first = await apply('one', { a: '1', b: '1' });
  assert.equal(first.metadata.managedFields[0].operation, 'Apply');
  await assert.rejects(apply('two', { a: '2' }), (error) => error.code === 409 && /conflict with "one"/.test(JSON.parse(error.body).message));
  const taken = await apply('two', { a: '2' }, true);
  assert.deepEqual(taken.data, { a: '2', b: '1' });
  const left = await apply('one', {});
  assert.deepEqual(left.data, { a: '2' });
  done('apply');
}

async function listsComeInPages() {
  for (let i = 0; i < 7; i++) await core.createNamespacedConfigMap({ namespace, body: map(`page-${i}`, {}, { paged: 'yes' }) });
  const names = [];
  let _continue;
  do {
    const page = await core.listNamespacedConfigMap({ namespace, labelSelector: 'paged=yes', limit: 3, _continue });
    assert.ok(page.items.length <= 3);
    names.push(...page.items.map((item) => item.metadata.name));
    _continue = page.metadata._continue;
  } while (_continue);
  assert.deepEqual(names, [0, 1, 2, 3, 4, 5, 6].map((i) => `page-${i}`));
  const one = await core.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=page-3' });
  assert.equal(one.items.length, 1);
  await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'paged=yes' });
  assert.equal((await core.listNamespacedConfigMap({ namespace, labelSelector: 'paged=yes' })).items.length, 0);
  done('pages');
}

async function watchesTellOfChanges() {
  const seen = [];
  const list = await core.listNamespacedConfigMap({ namespace });
  const query = { resourceVersion: list.metadata.resourceVersion, allowWatchBookmarks: true, labelSelector: 'watched=yes' };
  const abort = await new k8s.Watch(config).watch(`/api/v1/namespaces/${namespace}/configmaps`, query, (type, value) => seen.push(`${type} ${value.metadata.name}`), () => seen.push('end'));
  await core.createNamespacedConfigMap({ namespace, body: map('seen', {}, { watched: 'yes' }) });
  await core.patchNamespacedConfigMap({ name: 'seen', namespace, body: { data: { k: 'v' } } }, as(k8s.PatchStrategy.MergePatch));
  await core.patchNamespacedConfigMap({ name: 'seen', namespace, body: { metadata: { labels: { watched: 'no' } } } }, as(k8s.PatchStrategy.MergePatch));
  await eventually(() => seen.find((event) => event === 'DELETED seen'), 'DELETED');
  assert.deepEqual(seen.filter((event) => !event.startsWith('BOOKMARK')), ['ADDED seen', 'MODIFIED seen', 'DELETED seen']);
  abort.abort();
  await eventually(() => seen.find((event) => event === 'end'), 'the end of the watch');
  done('watch');
}

async function informersFollow() {
  await core.createNamespacedConfigMap({ namespace, body: map('before', {}, { informed: 'yes' }) });
  const labelSelector = 'informed=yes';
  const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => core.listNamespacedConfigMap({ namespace, labelSelector }), labelSelector);
  const events = [];
  for (const type of ['add', 'update', 'delete']) informer.on(type, (value) => events.push(`${type} ${value.metadata.name}`));
  informer.on('error', (error) => events.push(`error ${error}`));
  const connected = new Promise((resolve) => informer.on('connect', resolve));
  await informer.start();
  await connected;
  assert.equal(informer.get('before', namespace).metadata.name, 'before');
  await core.createNamespacedConfigMap({ namespace, body: map('after', {}, { informed: 'yes' }) });
  await eventually(() => informer.get('after', namespace), 'the new object in the cache');
  await core.patchNamespacedConfigMap({ name: 'after', namespace, body: { data: { k: 'v' } } }, as(k8s.PatchStrategy.MergePatch));
  await eventually(() => informer.get('after', namespace)?.data?.k, 'the change in the cache');
  await core.deleteNamespacedConfigMap({ name: 'before', namespace });
  await eventually(() => (informer.get('before', namespace) === undefined ? true : undefined), 'the deletion in the cache');
  const seen = [...events];
  await informer.stop();
  assert.deepEqual(seen, ['add before', 'add after', 'update after', 'delete before']);
  done('informer');
}

async function anyKindIsReachedThroughDiscovery() {
  await objects.create({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'boats.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'boats', singular: 'boat', kind: 'Boat' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { crew: { type: 'integer', maximum: 10 } } } } } } }],
    },
  });
  const custom = config.makeApiClient(k8s.CustomObjectsApi);
  const boat = (crew) => ({ apiVersion: 'example.com/v1', kind: 'Boat', metadata: { name: 'b', namespace }, spec: { crew } });
  const where = { group: 'example.com', version: 'v1', namespace, plural: 'boats' };
  const start = Date.now();
  for (;;) {
    try {
      await custom.listNamespacedCustomObject(where);
      break;
    } catch (error) {
      if (error.code !== 404 || Date.now() - start > deadline) throw error;
    }
  }
  await objects.create(boat(3));
  await assert.rejects(custom.createNamespacedCustomObject({ ...where, body: { ...boat(30), metadata: { name: 'c' } } }), (error) => error.code === 422 && /less than or equal to 10/.test(error.body));
  const patched = await custom.patchNamespacedCustomObject({ ...where, name: 'b', body: { spec: { crew: 4 } } }, as(k8s.PatchStrategy.MergePatch));
  assert.equal(patched.spec.crew, 4);
  assert.equal((await objects.read(boat(0))).spec.crew, 4);
  await objects.delete(boat(0));
  done('custom');
}

async function theServerTellsOfItself() {
  assert.match((await config.makeApiClient(k8s.VersionApi).getCode()).gitVersion, /^v1\.36/);
  const groups = await config.makeApiClient(k8s.ApisApi).getAPIVersions();
  assert.ok(groups.groups.some((group) => group.name === 'apps'));
  const access = await config.makeApiClient(k8s.AuthorizationV1Api).createSelfSubjectAccessReview({ body: { spec: { resourceAttributes: { verb: 'list', resource: 'pods', namespace } } } });
  assert.equal(access.status.allowed, true);
  done('server');
}

await objectsAreCreatedReadChangedAndDeleted();
await patchesOfEveryKindAreTaken();
await appliesKeepOwnersApart();
await listsComeInPages();
await watchesTellOfChanges();
await informersFollow();
await anyKindIsReachedThroughDiscovery();
await theServerTellsOfItself();
