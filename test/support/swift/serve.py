"""An S3 server for tests: OpenStack Swift with its s3api, all four of its servers in one process.

Usage: serve.py FOLDER PORT. Account "test:tester", secret "testing". A folder may be served again later.
"""

import os
import sys

folder, port = os.path.abspath(sys.argv[1]), int(sys.argv[2])
os.makedirs(folder, exist_ok=True)

with open(os.path.join(folder, 'swift.conf'), 'w') as file:
    file.write('[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n'
               '[storage-policy:0]\nname = gold\ndefault = yes\n')

import eventlet
import eventlet.hubs
from swift.common import utils
utils.set_swift_dir(folder)
from swift.common.ring import RingBuilder
from swift.common.utils import get_hub
from swift.common.wsgi import SwiftHttpProtocol, loadapp

eventlet.hubs.use_hub(get_hub())
eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True, time=True)

common = '''[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = CRITICAL
log_address = {folder}/no-log
log_file = /dev/null
recon_cache_path = {folder}/recon
'''

storage = common + '''
[pipeline:main]
pipeline = {kind}-server

[app:{kind}-server]
use = egg:swift#{kind}
conn_timeout = 10
node_timeout = 60
'''

proxy = common + '''
[pipeline:main]
pipeline = catch_errors listing_formats s3api tempauth copy slo proxy-server

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:s3api]
use = egg:swift#s3api
dns_compliant_bucket_names = true
location = us-east-1
check_bucket_owner = true
storage_domain = localhost

[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin

[filter:copy]
use = egg:swift#copy

[filter:listing_formats]
use = egg:swift#listing_formats

[filter:slo]
use = egg:swift#slo

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
conn_timeout = 10
node_timeout = 60
'''


class Memory(dict):
    """Stands for memcached."""

    def __bool__(self):
        return True

    def set(self, key, value, **_options):
        self[key] = value

    def get(self, key, raise_on_error=False):
        return dict.get(self, key)

    def delete(self, key, **_options):
        self.pop(key, None)

    def incr(self, key, delta=1, time=0):
        self[key] = dict.get(self, key, 0) + delta
        return self[key]

    decr = incr


memory = Memory()


def listen(where):
    return eventlet.listen(('127.0.0.1', where), backlog=512, reuse_port=False)


def serve(socket, text, name):
    path = os.path.join(folder, name + '.conf')
    with open(path, 'w') as file:
        file.write(text.format(folder=folder, kind=name))
    app = loadapp(path, global_conf={'log_name': name})

    def remembering(environment, start_response):
        environment['swift.cache'] = memory
        return app(environment, start_response)

    eventlet.spawn(eventlet.wsgi.server, socket, remembering, utils.NullLogger(), protocol=SwiftHttpProtocol,
                   capitalize_response_headers=False, log_output=False)


import eventlet.wsgi

sockets = {kind: listen(0) for kind in ('account', 'container', 'object')}
for kind, name in (('account', 'account'), ('container', 'container'), ('object', 'object')):
    os.makedirs(os.path.join(folder, 'devices', 'disk'), exist_ok=True)
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'ip': '127.0.0.1', 'port': sockets[kind].getsockname()[1],
                     'device': 'disk', 'weight': 1.0, 'replication_ip': '127.0.0.1',
                     'replication_port': sockets[kind].getsockname()[1]})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, name + '.ring.gz'))
for kind, socket in sockets.items():
    serve(socket, storage, kind)
serve(listen(port), proxy, 'proxy')
print('ready', flush=True)


def end_with_parent():
    """Standard input ends when the process does that started this one, however it ends."""
    eventlet.tpool.execute(os.read, 0, 1)
    os._exit(0)


import eventlet.tpool

end_with_parent()
