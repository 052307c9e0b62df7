import type { Operation } from '../../../src/contract/operation.ts';
import { operations } from '../../../src/contract/operations.ts';
import type { Sent } from './send.ts';
import type { TestServer } from './server.ts';

export const allOperations: readonly Operation[] = [...Object.values(operations)];

/** A digest that was never uploaded. */
export const unknownDigest = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

/** Parameters that each operation accepts, about release "r" number 1 of build A; only the required ones. */
export function validParameters(server: TestServer, operation: Operation, buildId = server.buildA): Sent {
  const release: Sent = [
    ['build_id', buildId],
    ['release_name', 'r'],
    ['release_number', 1],
  ];
  // The tests create release "r" of build A first, then that of build B.
  const releaseId = buildId === server.buildA ? 1 : buildId === server.buildB ? 2 : buildId;
  const change: Sent = [
    ['release_id', releaseId],
    ['fingerprint', `fp1:${'0'.repeat(32)}`],
  ];
  // There is none of that id: no forge is called.
  const connection: Sent = [
    ['build_id', buildId],
    ['connection_id', 999_999],
  ];
  // There is none of that id: nothing is called.
  const endpoint: Sent = [
    ['build_id', buildId],
    ['endpoint_id', 999_999],
  ];
  const task: Sent = [
    ['queue_name', 'own'],
    ['task_id', 't'],
  ];
  const samples: Record<string, Sent> = {
    create_release: [
      ['build_id', buildId],
      ['release_name', 'another'],
    ],
    find_run: [
      ['build_id', buildId],
      ['run_name', '/'],
    ],
    request_run: [...release, ['url', 'https://site.example/requested']],
    upload: [['build_id', buildId]],
    report_run: [...release, ['run_name', '/reported']],
    runs_done: release,
    download: [
      ['build_id', buildId],
      ['sha1sum', unknownDigest],
    ],
    work_queue_add: [['queue_name', 'own']],
    work_queue_lease: [['queue_name', 'empty']],
    work_queue_heartbeat: task,
    work_queue_finish: task,
    work_queue_release: task,
    list_builds: [],
    create_build: [['name', 'New']],
    update_build: [['build_id', buildId]],
    list_releases: [['build_id', buildId]],
    list_branches: [['build_id', buildId]],
    describe_release: release,
    build_status: [
      ['build_id', buildId],
      ['branch', 'main'],
    ],
    review_release: [...release, ['decision', 'good']],
    finalize_release: [
      ['build_id', buildId],
      ['shard_id', 'none'],
    ],
    delete_release: [...release, ['confirm', 'r']],
    restore_release: release,
    preview_deletion: release,
    list_deleted_releases: [['build_id', buildId]],
    preview_retention: [['build_id', buildId]],
    build_disk: [['build_id', buildId]],
    delete_build: [
      ['build_id', buildId],
      ['confirm', 'A'],
    ],
    restore_build: [['build_id', buildId]],
    list_deleted_builds: [],
    list_review_requests: [],
    list_runs: release,
    run_detail: [...release, ['run_name', '/']],
    review_run: [
      ...release,
      ['run_id', 1],
      ['verdict', 'approved'],
      ['operation_id', 'o'],
      ['note', 'so it is'],
    ],
    review_runs: [...release, ['runs', '[{"run_id":1,"verdict":"approved"}]'], ['operation_id', 'o']],
    watch_release: release,
    run_thumbnail: [
      ['build_id', buildId],
      ['run_id', 1],
    ],
    image_overview: [
      ['build_id', buildId],
      ['sha1sum', unknownDigest],
    ],
    image_strip: [
      ['build_id', buildId],
      ['sha1sum', unknownDigest],
      ['index', 0],
    ],
    list_activity: [['build_id', buildId]],
    list_keys: [['build_id', buildId]],
    create_key: [
      ['build_id', buildId],
      ['purpose', 'CI'],
    ],
    revoke_key: [
      ['build_id', buildId],
      ['key_id', 'none'],
    ],
    retry_runs: release,
    list_missing: release,
    list_comments: release,
    add_comment: [...release, ['text', 'Is this meant?'], ['operation_id', 'c']],
    // The first comment; the tests let another operation make it.
    edit_comment: [
      ['build_id', buildId],
      ['comment_id', 1],
      ['text', 'It is.'],
    ],
    delete_comment: [
      ['build_id', buildId],
      ['comment_id', 1],
    ],
    resolve_comment: [
      ['build_id', buildId],
      ['comment_id', 1],
      ['resolved', 'true'],
    ],
    update_account: [['mention_mail', 'now']],
    choose_build_mail: [
      ['build_id', buildId],
      ['review_mail', 'digest'],
    ],
    change_password: [
      ['old_password', 'not the one'],
      ['password', 'a long password'],
    ],
    list_reviewers: release,
    request_review: [...release, ['user_id', 'none'], ['wanted', 'false']],
    review_missing: [...release, ['names', '["/"]'], ['verdict', 'confirmed']],
    compare_again: release,
    list_changes: [['release_id', releaseId]],
    describe_change: change,
    review_change: [...change, ['verdict', 'approved'], ['operation_id', 'o']],
    undo_decision: [
      ['build_id', buildId],
      ['operation_id', 'o'],
    ],
    list_taken_over: [...release, ['run_id', 1]],
    revoke_taken_over: [...release, ['run_id', 1], ['operation_id', 'o']],
    compare_with: [...release, ['run_id', 1], ['baseline_name', 'r'], ['baseline_number', 1]],
    retry_task: task,
    delete_task: task,
    describe_session: [['build_id', buildId]],
    find_artifacts: [
      ['build_id', buildId],
      ['artifacts', `[{"sha1sum":"${unknownDigest}","sha256sum":"${'0'.repeat(64)}"}]`],
    ],
    list_superuser_keys: [],
    create_superuser_key: [['purpose', 'CI']],
    revoke_any_key: [['key_id', 'none']],
    make_superuser: [['key_id', 'none']],
    fsck: [],
    sweep_storage: [['dry_run', 'true']],
    list_queues: [],
    list_tasks: [['queue_name', 'own']],
    sign_in: [
      ['email', 'ada@example.org'],
      ['password', 'a long password'],
    ],
    sign_in_with: [['provider', 'oidc']],
    sign_out: [],
    set_up: [['token', 't']],
    forgot_password: [['email', 'ada@example.org']],
    reset_password: [
      ['token', 't'],
      ['password', 'a long password'],
    ],
    look_at_invitation: [['token', 't']],
    accept_invitation: [
      ['token', 't'],
      ['name', 'Ada'],
      ['password', 'a long password'],
    ],
    answer_invitation: [
      ['invitation_id', 'none'],
      ['accept', true],
    ],
    look_at_email_alias: [['token', 't']],
    confirm_email_alias: [['token', 't']],
    describe_account: [],
    end_session: [['session_id', 'none']],
    list_members: [['build_id', buildId]],
    list_build_secrets: [['build_id', buildId]],
    set_build_secret: [
      ['build_id', buildId],
      ['name', 'PASSWORD'],
      ['value', 'open sesame'],
      ['origins', '["https://shop.example"]'],
    ],
    delete_build_secret: [
      ['build_id', buildId],
      ['secret_name', 'NONE'],
    ],
    list_forge_connections: [['build_id', buildId]],
    create_forge_connection: [
      ['build_id', buildId],
      ['kind', 'github'],
      ['repository', 'acme/shop'],
      ['token', 't'],
    ],
    update_forge_connection: connection,
    delete_forge_connection: connection,
    test_forge_connection: connection,
    retry_deliveries: connection,
    list_deliveries: [['build_id', buildId]],
    list_all_deliveries: [],
    exchange_ci_token: [
      ['build_id', buildId],
      ['token', 't'],
    ],
    list_ci_trusts: [['build_id', buildId]],
    create_ci_trust: [
      ['build_id', buildId],
      ['kind', 'circleci'],
      ['organization', 'o1'],
      ['project', 'p1'],
    ],
    delete_ci_trust: [
      ['build_id', buildId],
      ['trust_id', 999_999],
    ],
    list_event_endpoints: [['build_id', buildId]],
    create_event_endpoint: [
      ['build_id', buildId],
      ['kind', 'webhook'],
      ['address', 'https://example.org/hook'],
    ],
    update_event_endpoint: endpoint,
    delete_event_endpoint: endpoint,
    rotate_event_secret: endpoint,
    test_event_endpoint: endpoint,
    list_events: [['build_id', buildId]],
    list_all_events: [],
    send_event_again: [
      ['build_id', buildId],
      ['delivery_id', 999_999],
    ],
    invite_member: [
      ['build_id', buildId],
      ['email', 'ada@example.org'],
      ['role', 'viewer'],
    ],
    change_member: [
      ['build_id', buildId],
      ['user_id', 'none'],
      ['role', 'viewer'],
    ],
    remove_member: [
      ['build_id', buildId],
      ['user_id', 'none'],
    ],
    revoke_invitation: [
      ['build_id', buildId],
      ['invitation_id', 'none'],
    ],
    list_people: [],
    change_person: [
      ['user_id', 'none'],
      ['superuser', true],
    ],
  };
  const sample = samples[operation.name];
  if (sample === undefined) throw new Error(`There is no sample for ${operation.name}: add one.`);
  return sample;
}
